"""Requests that change a game and can't be repeated: each needs a user, a lobby or a match prepared for it."""

import json
from collections.abc import Sequence
from functools import partial

from bench.http1 import Connection
from bench.listener import close_all, listen
from bench.load import Recorder, Result, Worker, in_turn, measure
from bench.measurement import Measurement, bounds_of
from bench.people import Person, ask, spread
from bench.readers import create_match, finish_match
from bench.routes import title
from bench.session import Session

SCORES = "ababa"
"""The sides of the points in every match; the fifth point ends it."""


def several(connections: int) -> int:
    """How many of what a measurement prepares, per pair of its plan."""
    return min(16, max(4, connections))


async def _joins(name: str, session: Session, connections: int) -> list[Result]:
    """Every user joins once: half of the joins make a match. The matches are ended afterwards, untimed."""
    count = 2 * session.plan.pairs * several(connections)
    fresh = session.people.fresh_guests if name == "join_duel" else session.people.fresh
    players = await fresh(count)
    listeners = await listen(session.target, [player.token for player in players])
    waiting = [session.api.request(name, player) for player in players]
    try:
        joined = await _once(name, waiting, session, connections)
        await _end_matches(session, players)
    finally:
        close_all(listeners)
    return [joined]


async def _once(name: str, waiting: list[bytes], session: Session, connections: int) -> Result:
    """Send each request once."""

    async def worker(connection: Connection, recorder: Recorder, _: int) -> None:
        while waiting and recorder.more():
            await recorder.send(connection, waiting.pop(), 201)

    return await _measured(name, worker, session, connections)


async def _measured(name: str, worker: Worker, session: Session, connections: int) -> Result:
    return await measure(session.target, title(name), worker, connections, bounds_of(name, session.plan))


async def _end_matches(session: Session, players: Sequence[Person]) -> None:
    ended: set[int] = set()

    async def end(player: Person, connection: Connection) -> None:
        status, body = await connection.send(session.api.request("get_running_match", id=player.id))
        if status != 200 or (match_id := json.loads(body)["id"]) in ended:
            return
        ended.add(match_id)
        await ask(connection, finish_match(session.api, match_id, player), 200)

    await spread(session.target, [partial(end, player) for player in players])


async def _lobby_changes(session: Session, connections: int) -> list[Result]:
    """Each connection toggles readiness in a lobby of its own; a guest in it gets each event."""
    pairs = (await session.players.pairs())[:connections]
    api, codes = session.api, dict[int, str]()

    async def fill(number: int, connection: Connection) -> None:
        creator, other = pairs[number]
        made = await ask(connection, api.request("create_lobby", creator, {"game_mode": "custom_game"}), 201)
        codes[number] = made["code"]
        await ask(connection, api.request("join_lobby", other, code=made["code"]), 201)

    async def leave(number: int, connection: Connection) -> None:
        for person in pairs[number]:
            await ask(connection, api.request("leave_lobby", person, code=codes[number]), 204)

    await spread(session.target, [partial(fill, number) for number in range(connections)])
    changes = [
        [
            api.request("update_participant", creator, {"is_ready": ready}, code=codes[number])
            for ready in (True, False)
        ]
        for number, (creator, _) in enumerate(pairs)
    ]
    changed = await _measured("update_participant", in_turn(changes, 200), session, connections)
    await spread(session.target, [partial(leave, number) for number in range(connections)])
    return [changed]


async def _scores(session: Session, connections: int) -> list[Result]:
    """Points in matches created beforehand; each match is played to its end."""
    api = session.api
    guests = await session.people.fresh_guests(2 * session.plan.pairs * several(connections))
    matches: list[list[bytes]] = []

    async def create(a: Person, b: Person, connection: Connection) -> None:
        match = await ask(connection, create_match(api, a, b), 201)
        await ask(connection, api.request("connect_player", id=match["id"], user_id=a.id), 200)
        scorers = {"a": a.id, "b": b.id}
        matches.append([api.request("score_point", body={}, user_id=scorers[side]) for side in SCORES])

    pairs = zip(guests[::2], guests[1::2], strict=True)
    await spread(session.target, [partial(create, a, b) for a, b in pairs])

    async def worker(connection: Connection, recorder: Recorder, _: int) -> None:
        while matches and recorder.more():
            for request in matches.pop():
                await recorder.send(connection, request, 200)

    return [await _measured("score_point", worker, session, connections)]


PLAYING = [
    Measurement(("join_duel",), partial(_joins, "join_duel"), leaves_work=True),
    Measurement(("join_ranked",), partial(_joins, "join_ranked"), leaves_work=True),
    Measurement(("update_participant",), _lobby_changes),
    Measurement(("score_point",), _scores, leaves_work=True),
]
