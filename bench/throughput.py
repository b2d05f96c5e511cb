"""Requests a second and latency of the endpoints that the product's goals name, at 1 and 16 connections."""

import json
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import combinations

from bench import tournaments
from bench.http1 import Connection, Target
from bench.listener import close_all, listen
from bench.load import Recorder, Result, Worker, measure, repeat
from bench.people import People, Person, ask, credentials, spread
from bench.plan import Plan
from demo.names import new_password, new_username

SCORES = "ababa"
"""The sides of the points in every match; the fifth point ends it."""
PAGE = 20
"""The number of messages in a conversation."""
HISTORY = 10
"""The number of finished matches of a user."""


async def measurements(
    target: Target, people: People, service: str, plan: Plan
) -> list[Callable[[], Awaitable[Result]]]:
    """One measurement per endpoint and number of connections, to run one after the other."""
    readers = await people.some_registered(max(plan.connections))
    await _give_history(target, readers, service)
    await _befriend(target, readers)
    chats = await _talk(target, readers)
    reads = {
        "GET /users/me/": [target.request("GET", "/api/users/me/", one.token) for one in readers],
        "GET /users/me/stats/": [target.request("GET", "/api/users/me/stats/", one.token) for one in readers],
        "GET /game/matches/<id>/": [
            target.request("GET", f"/api/game/matches/{one.id}/", one.token) for one in readers
        ],
        "GET /users/me/friends/": [
            target.request("GET", "/api/users/me/friends/", one.token) for one in readers
        ],
        "GET /chat/": [target.request("GET", "/api/chat/", one.token) for one in readers],
        "GET /chat/<id>/messages/": [
            target.request("GET", f"/api/chat/{chat}/messages/", one.token)
            for one, chat in zip(readers, chats, strict=True)
        ],
    }
    workers = {name: repeat(requests, 200) for name, requests in reads.items()}
    workers["POST /chat/<id>/messages/"] = repeat(
        [message(target, one, chat) for one, chat in zip(readers, chats, strict=True)], 201
    )
    workers["POST /auth/guest/"] = _guest_sign_ups(target, people)
    workers["POST /auth/register/"] = _sign_ups(target)
    workers["POST /auth/login/"] = log_ins(target, await people.some_who_log_in(max(plan.login_connections)))
    steady = [
        partial(measure, target, name, worker, connections, plan.bounds, plan.warm_up)
        for name, worker in workers.items()
        for connections in (plan.login_connections if name == "POST /auth/login/" else plan.connections)
    ]
    once = [
        partial(measurement, target, people, service, connections, plan)
        for measurement in (
            _duel_joins,
            _ranked_joins,
            _lobby_changes,
            _scores,
            tournaments.joins,
            tournaments.reads,
        )
        for connections in plan.connections
    ]
    return [*steady, *once]


def log_ins(target: Target, people: Sequence[Person]) -> Worker:
    """Each connection logs in a user of its own, again and again."""
    return repeat(
        [
            target.request("POST", "/api/auth/login/", body=credentials(one.username, one.password))
            for one in people
        ],
        200,
    )


def _guest_sign_ups(target: Target, people: People) -> Worker:
    request = target.request("POST", "/api/auth/guest/")

    async def worker(connection: Connection, recorder: Recorder, _: int) -> None:
        while recorder.more():
            people.add_guest(await recorder.send(connection, request, 201))

    return worker


def _sign_ups(target: Target) -> Worker:
    async def worker(connection: Connection, recorder: Recorder, _: int) -> None:
        while recorder.more():
            username = new_username()
            body = credentials(username, new_password(username))
            await recorder.send(connection, target.request("POST", "/api/auth/register/", body=body), 201)

    return worker


async def _duel_joins(target: Target, people: People, service: str, connections: int, plan: Plan) -> Result:
    guests = await people.fresh_guests(2 * plan.pairs * max(4, connections))
    return await _joins(target, guests, service, connections, plan, "/play/duel/")


async def _ranked_joins(target: Target, people: People, service: str, connections: int, plan: Plan) -> Result:
    # After one match of an earlier measurement all of them still have about the same trophies.
    users = await people.some_registered(2 * plan.pairs * max(4, connections))
    return await _joins(target, users, service, connections, plan, "/play/ranked/")


async def _joins(
    target: Target, players: Sequence[Person], service: str, connections: int, plan: Plan, path: str
) -> Result:
    """Every user joins once: half of the joins make a match. The matches are ended afterwards, untimed."""
    listeners = await listen(target, [player.token for player in players])
    waiting = [target.request("POST", f"/api{path}", player.token) for player in players]
    try:

        async def worker(connection: Connection, recorder: Recorder, _: int) -> None:
            while waiting and recorder.more():
                await recorder.send(connection, waiting.pop(), 201)

        joined = await measure(target, f"POST {path}", worker, connections, plan.bounds)
        await _end_matches(target, players, service)
    finally:
        close_all(listeners)
    return joined


async def _lobby_changes(
    target: Target, people: People, _service: str, connections: int, plan: Plan
) -> Result:
    """Each connection toggles readiness in a lobby of its own; a guest in it gets each event."""
    creators = await people.some_registered(connections)
    guests = await people.fresh_guests(connections)
    listeners = await listen(target, [person.token for person in (*creators, *guests)])
    codes: dict[int, str] = {}

    async def fill_lobby(connection: Connection, creator: Person, guest: Person) -> None:
        body = json.dumps({"game_mode": "custom_game"}).encode()
        made = target.request("POST", "/api/play/lobby/", creator.token, body)
        codes[creator.id] = code = (await ask(connection, made, 201))["code"]
        await ask(connection, target.request("POST", f"/api/play/lobby/{code}/", guest.token), 201)

    try:
        pairs = zip(creators, guests, strict=True)
        await spread(target, [partial(fill_lobby, creator=creator, guest=guest) for creator, guest in pairs])

        async def worker(connection: Connection, recorder: Recorder, number: int) -> None:
            creator, ready = creators[number % len(creators)], False
            path = f"/api/play/lobby/{codes[creator.id]}/"
            while recorder.more():
                ready = not ready
                body = json.dumps({"is_ready": ready}).encode()
                await recorder.send(connection, target.request("PATCH", path, creator.token, body), 200)

        return await measure(target, "PATCH /play/lobby/<code>/", worker, connections, plan.bounds)
    finally:
        close_all(listeners)


async def _end_matches(target: Target, players: Sequence[Person], service: str) -> None:
    ended: set[int] = set()

    async def end(connection: Connection, player: Person) -> None:
        running = target.request("GET", f"/api/private/match/{player.id}/", service)
        status, body = await connection.send(running)
        if status != 200 or (match_id := json.loads(body)["id"]) in ended:
            return
        ended.add(match_id)
        await ask(connection, _finish(target, service, match_id, player), 200)

    await spread(target, [partial(end, player=player) for player in players])


async def _scores(target: Target, people: People, service: str, connections: int, plan: Plan) -> Result:
    """Points in matches created beforehand; each match is played to its end."""
    guests = await people.fresh_guests(2 * plan.pairs * max(4, connections) // 2)
    matches: list[list[bytes]] = []

    async def create(connection: Connection, a: Person, b: Person) -> None:
        match = await ask(connection, _create(target, service, a, b), 201)
        connected = target.request("GET", f"/api/private/match/{match['id']}/{a.id}/", service)
        await ask(connection, connected, 200)
        scorers = {"a": a.id, "b": b.id}
        matches.append(
            [
                target.request("PUT", f"/api/private/match/score/{scorers[side]}/", service, b"{}")
                for side in SCORES
            ]
        )

    pairs = zip(guests[::2], guests[1::2], strict=True)
    await spread(target, [partial(create, a=a, b=b) for a, b in pairs])

    async def worker(connection: Connection, recorder: Recorder, _: int) -> None:
        while matches and recorder.more():
            for request in matches.pop():
                await recorder.send(connection, request, 200)

    return await measure(target, "PUT /private/match/score/<id>/", worker, connections, plan.bounds)


async def _give_history(target: Target, readers: Sequence[Person], service: str) -> None:
    """Matches between the readers, so that their lists and statistics aren't empty."""

    async def play(connection: Connection, a: Person, b: Person) -> None:
        for _ in range(HISTORY):
            match = await ask(connection, _create(target, service, a, b), 201)
            await ask(connection, _finish(target, service, match["id"], a), 200)

    pairs = zip(readers[::2], readers[1::2], strict=True)
    await spread(target, [partial(play, a=a, b=b) for a, b in pairs])


async def _befriend(target: Target, readers: Sequence[Person]) -> None:
    """Make all readers friends of each other: that fills most of a page."""

    async def befriend(connection: Connection, a: Person, b: Person) -> None:
        body, path = json.dumps({"username": b.username}).encode(), "/api/users/me/friend_requests/"
        request = await ask(connection, target.request("POST", path, a.token, body), 201)
        accept = target.request("POST", f"{path}{request['id']}/", b.token)
        await ask(connection, accept, 201)

    await spread(target, [partial(befriend, a=a, b=b) for a, b in combinations(readers, 2)])


async def _talk(target: Target, readers: Sequence[Person]) -> list[int]:
    """Each reader starts a conversation with the next one and writes a page of messages; the conversations' ids."""
    chats: dict[int, int] = {}

    async def talk(connection: Connection, one: Person, other: Person) -> None:
        chats[one.id] = chat = await start_chat(target, connection, one, other)
        for _ in range(PAGE):
            await ask(connection, message(target, one, chat), 201)

    around = zip(readers, [*readers[1:], readers[0]], strict=True)
    await spread(target, [partial(talk, one=one, other=other) for one, other in around])
    return [chats[one.id] for one in readers]


def _create(target: Target, service: str, a: Person, b: Person) -> bytes:
    teams = {"a": [{"id": a.id}], "b": [{"id": b.id}]}
    body = json.dumps({"game_mode": "duel", "teams": teams}).encode()
    return target.request("POST", "/api/private/match/create/", service, body)


def _finish(target: Target, service: str, match_id: int, looser: Person) -> bytes:
    body = json.dumps({"user_id": looser.id, "finish_reason": "player-disconnect"}).encode()
    return target.request("PATCH", f"/api/private/match/finish/{match_id}/", service, body)


async def start_chat(target: Target, connection: Connection, one: Person, other: Person) -> int:
    """Start a conversation of two; its id."""
    settings = json.dumps({"accept_chat_from": "everyone"}).encode()
    await ask(connection, target.request("PATCH", "/api/users/me/", other.token, settings), 200)
    body = json.dumps({"username": other.username}).encode()
    chat = await ask(connection, target.request("POST", "/api/chat/", one.token, body), 201)
    found: int = chat["id"]
    return found


def message(target: Target, author: Person, chat: int) -> bytes:
    """The request that writes a message."""
    body = json.dumps({"content": "Good game! One more?"}).encode()
    return target.request("POST", f"/api/chat/{chat}/messages/", author.token, body)
