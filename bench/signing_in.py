"""Signing up and logging in. The users that this makes serve the measurements that follow."""

import json
from functools import partial

from bench.http1 import Connection
from bench.load import Recorder, Result, Worker, measure, repeat
from bench.measurement import Measurement, bounds_of
from bench.people import People, person_of
from bench.routes import Api, title
from bench.session import Session
from demo.names import new_password, new_username


async def log_ins(session: Session, connections: int) -> Worker:
    """Each connection logs in a user of its own: a user's 21st login ends the first session."""
    people = await session.people.some("logging in", connections)
    bodies = [{"username": one.username, "password": one.password} for one in people]
    return repeat([session.api.request("log_in", body=body) for body in bodies], 200)


def _guest_sign_ups(api: Api, people: People) -> Worker:
    request = api.request("create_guest")

    async def worker(connection: Connection, recorder: Recorder, _: int) -> None:
        while recorder.more():
            answer = json.loads(await recorder.send(connection, request, 201))
            if "access" in answer:
                people.new_guests.append(person_of(answer))

    return worker


def _sign_ups(api: Api, people: People) -> Worker:
    async def worker(connection: Connection, recorder: Recorder, _: int) -> None:
        while recorder.more():
            username = new_username()
            password = new_password(username)
            request = api.request("register_user", body={"username": username, "password": password})
            answer = json.loads(await recorder.send(connection, request, 201))
            if "access" in answer:
                people.new_users.append(person_of(answer, username, password))

    return worker


async def _measure(name: str, session: Session, connections: int) -> list[Result]:
    if name == "log_in":
        worker = await log_ins(session, connections)
    elif name == "create_guest":
        worker = _guest_sign_ups(session.api, session.people)
    else:
        worker = _sign_ups(session.api, session.people)
    plan = session.plan
    return [
        await measure(session.target, title(name), worker, connections, bounds_of(name, plan), plan.warm_up)
    ]


SIGNING_IN = [
    Measurement((name,), partial(_measure, name)) for name in ("create_guest", "register_user", "log_in")
]
