"""Joining and searching tournaments, and reading a running one."""

from collections.abc import Sequence
from functools import partial

from bench.http1 import Connection
from bench.listener import close_all, listen
from bench.load import Recorder, Result, measure, repeat
from bench.measurement import Measurement, bounds_of
from bench.people import Person, ask, spread
from bench.playing import several
from bench.routes import title
from bench.session import Session

SIZE = 16
JOINERS = 11
"""Beside the creator. With one more the countdown would begin."""


async def _joins(session: Session, connections: int) -> list[Result]:
    """Each connection lets guests join tournaments that don't start; then they are searched."""
    tournaments = 2 * several(connections)
    creators = await session.people.some("creators", tournaments)
    guests = await session.people.fresh_guests(JOINERS * tournaments)
    listeners = await listen(session.target, [person.token for person in (*creators, *guests)])
    try:
        codes = await _create(session, creators)
        waiting = [
            [_join(session, guest, codes[creator.id]) for guest in guests[n * JOINERS : (n + 1) * JOINERS]]
            for n, creator in enumerate(creators)
        ]

        async def worker(connection: Connection, recorder: Recorder, _: int) -> None:
            while waiting and recorder.more():
                for request in waiting.pop():
                    await recorder.send(connection, request, 201)

        plan = session.plan
        joined = await measure(
            session.target, title("join_tournament"), worker, connections, bounds_of("join_tournament", plan)
        )
        searched = await _read("search_tournaments", session, creators, connections)
        await _end(session, creators, [*creators, *guests])
    finally:
        close_all(listeners)
    return [joined, searched]


async def _read(
    name: str, session: Session, people: Sequence[Person], connections: int, **params: object
) -> Result:
    worker = repeat([session.api.request(name, person, **params) for person in people], 200)
    plan = session.plan
    return await measure(
        session.target, title(name), worker, connections, bounds_of(name, plan), plan.warm_up
    )


async def _reads(session: Session, connections: int) -> list[Result]:
    """All connections read the same started tournament of 16, again and again."""
    # Another creator each time: a started tournament takes a while to end, even if all have left it.
    (creator,) = await session.people.fresh(1)
    guests = await session.people.fresh_guests(SIZE - 1)
    everyone = [creator, *guests]
    listeners = await listen(session.target, [person.token for person in everyone])
    try:
        code = (await _create(session, [creator]))[creator.id]
        joining = [_join(session, guest, code) for guest in guests]
        await spread(session.target, [partial(ask, request=request, expected=201) for request in joining])
        current = await _read("get_tournament", session, [creator], connections)
        found = await _shown(session, creator)
        # The started one can be read as a played one, too.
        played = await _read("get_played_tournament", session, [creator], connections, tournament_id=found)
        await _end(session, [creator], everyone)
    finally:
        close_all(listeners)
    return [current, played]


async def _shown(session: Session, creator: Person) -> int:
    found: list[int] = []

    async def read(connection: Connection) -> None:
        found.append((await ask(connection, session.api.request("get_tournament", creator), 200))["id"])

    await spread(session.target, [read])
    return found[0]


async def _create(session: Session, creators: Sequence[Person]) -> dict[int, str]:
    """Each creator makes a tournament; the codes by creator."""
    codes: dict[int, str] = {}

    async def create(creator: Person, connection: Connection) -> None:
        made = session.api.request("create_tournament", creator, {"name": "Bench Cup", "size": SIZE})
        codes[creator.id] = (await ask(connection, made, 201))["code"]

    await spread(session.target, [partial(create, creator) for creator in creators])
    return codes


async def _end(session: Session, creators: Sequence[Person], everyone: Sequence[Person]) -> None:
    """All participants leave, so that the creators can make other tournaments."""
    by_id = {person.id: person for person in everyone}

    async def end(creator: Person, connection: Connection) -> None:
        shown = await ask(connection, session.api.request("get_tournament", creator), 200)
        for participant in shown["participants"]:
            leave = session.api.request("leave_tournament", by_id[participant["id"]], code=shown["code"])
            await ask(connection, leave, 204)

    await spread(session.target, [partial(end, creator) for creator in creators])


def _join(session: Session, guest: Person, code: str) -> bytes:
    return session.api.request("join_tournament", guest, code=code)


TOURNAMENTS = [
    Measurement(("join_tournament", "search_tournaments"), _joins, leaves_work=True),
    Measurement(("get_tournament", "get_played_tournament"), _reads, leaves_work=True),
]
