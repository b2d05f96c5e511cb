"""Joining tournaments, and reading a running one."""

import json
from collections.abc import Sequence
from functools import partial

from bench.http1 import Connection, Target
from bench.listener import close_all, listen
from bench.load import Recorder, Result, measure, repeat
from bench.people import People, Person, ask, spread
from bench.plan import Plan

SIZE = 16
JOINERS = 11
"""Beside the creator. With one more the countdown would begin."""


async def joins(target: Target, people: People, _service: str, connections: int, plan: Plan) -> Result:
    """Each connection lets guests join tournaments that don't start."""
    tournaments = 2 * max(4, connections)
    creators = await people.some_registered(tournaments)
    guests = await people.fresh_guests(JOINERS * tournaments)
    listeners = await listen(target, [person.token for person in (*creators, *guests)])
    try:
        codes = await _create(target, creators)
        waiting = [
            [_join(target, guest, codes[creator.id]) for guest in guests[n * JOINERS : (n + 1) * JOINERS]]
            for n, creator in enumerate(creators)
        ]

        async def worker(connection: Connection, recorder: Recorder, _: int) -> None:
            while waiting and recorder.more():
                for request in waiting.pop():
                    await recorder.send(connection, request, 201)

        joined = await measure(target, "POST /play/tournament/<code>/", worker, connections, plan.bounds)
        await _end(target, creators, [*creators, *guests])
    finally:
        close_all(listeners)
    return joined


async def reads(target: Target, people: People, _service: str, connections: int, plan: Plan) -> Result:
    """All connections read the same started tournament of 16, again and again."""
    # Another creator each time: a started tournament takes a while to end, even if all have left it.
    *_, creator = await people.some_registered(connections + 1)
    guests = await people.fresh_guests(SIZE - 1)
    everyone = [creator, *guests]
    listeners = await listen(target, [person.token for person in everyone])
    try:
        code = (await _create(target, [creator]))[creator.id]
        joining = [_join(target, guest, code) for guest in guests]
        await spread(target, [partial(ask, request=request, expected=201) for request in joining])
        request = target.request("GET", "/api/play/tournament/", creator.token)

        worker = repeat([request], 200)
        read = await measure(
            target, f"GET /play/tournament/ of {SIZE}", worker, connections, plan.bounds, plan.warm_up
        )
        await _end(target, [creator], everyone)
    finally:
        close_all(listeners)
    return read


async def _create(target: Target, creators: Sequence[Person]) -> dict[int, str]:
    """Each creator makes a tournament; the codes by creator."""
    codes: dict[int, str] = {}

    async def create(connection: Connection, creator: Person) -> None:
        body = json.dumps({"name": "Bench Cup", "size": SIZE}).encode()
        made = target.request("POST", "/api/play/tournament/", creator.token, body)
        codes[creator.id] = (await ask(connection, made, 201))["code"]

    await spread(target, [partial(create, creator=creator) for creator in creators])
    return codes


async def _end(target: Target, creators: Sequence[Person], everyone: Sequence[Person]) -> None:
    """All participants leave, so that the creators can make other tournaments."""
    tokens = {person.id: person.token for person in everyone}

    async def end(connection: Connection, creator: Person) -> None:
        shown = await ask(connection, target.request("GET", "/api/play/tournament/", creator.token), 200)
        path = f"/api/play/tournament/{shown['code']}/"
        for participant in shown["participants"]:
            await ask(connection, target.request("DELETE", path, tokens[participant["id"]]), 204)

    await spread(target, [partial(end, creator=creator) for creator in creators])


def _join(target: Target, guest: Person, code: str) -> bytes:
    return target.request("POST", f"/api/play/tournament/{code}/", guest.token)
