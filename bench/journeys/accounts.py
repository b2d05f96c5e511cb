"""Sessions, guests who register, deletions."""

from bench.journey import Steps, Walk, journey
from bench.people import person_of, session_of
from bench.session import Session
from demo.names import new_password, new_username


@journey("end_session", "end_other_sessions")
async def ending_sessions(session: Session, connections: int) -> Walk:
    """Each connection logs in a user of its own twice: one session ends by its id, one as another one."""
    users = await session.people.some("sessions", connections)

    async def walk(steps: Steps, number: int) -> None:
        user = users[number]
        credentials = {"username": user.username, "password": user.password}
        while steps.more():
            login = await steps.untimed("log_in", body=credentials)
            await steps.timed("end_session", user, session_id=session_of(login["access"]))
            await steps.untimed("log_in", body=credentials)
            await steps.timed("end_other_sessions", user)

    return walk


@journey("log_out")
async def logging_out(_session: Session, _connections: int) -> Walk:
    """Guests log out."""

    async def walk(steps: Steps, _: int) -> None:
        while steps.more():
            await steps.timed("log_out", person_of(await steps.untimed("create_guest")))

    return walk


@journey("register_guest", "delete_me")
async def leaving(_session: Session, _connections: int) -> Walk:
    """Guests register, and delete their accounts."""

    async def walk(steps: Steps, _: int) -> None:
        while steps.more():
            guest = person_of(await steps.untimed("create_guest"))
            username = new_username()
            password = new_password(username)
            await steps.timed("register_guest", guest, {"username": username, "password": password})
            await steps.timed("delete_me", guest, {"password": password})

    return walk


JOURNEYS = [ending_sessions, logging_out, leaving]
