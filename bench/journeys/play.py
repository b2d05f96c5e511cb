"""Lobbies, tournaments that don't start, matches, leaving queues."""

from functools import partial

from bench.http1 import Connection
from bench.journey import Steps, Walk, journey
from bench.people import Person, ask, spread
from bench.session import Session


@journey("create_lobby", "get_lobby", "invite_to_lobby", "join_lobby", "update_lobby", "send_lobby_message",
         "ban_from_lobby", "leave_lobby")  # fmt: skip
async def lobbies(session: Session, _connections: int) -> Walk:
    """A lobby from its creation to its end, with one guest."""
    pairs = await session.players.pairs()

    async def walk(steps: Steps, number: int) -> None:
        creator, friend = pairs[number]
        while steps.more():
            code = (await steps.timed("create_lobby", creator, {"game_mode": "custom_game"}))["code"]
            await steps.timed("get_lobby", creator)
            await steps.timed("invite_to_lobby", creator, code=code, user_id=friend.id)
            await steps.timed("join_lobby", friend, code=code)
            await steps.timed("update_lobby", creator, {"match_type": "3v3"})
            await steps.timed("send_lobby_message", friend, {"content": "Hello!"}, code=code)
            await steps.timed("ban_from_lobby", creator, code=code, user_id=friend.id)
            await steps.timed("leave_lobby", creator, code=code)

    return walk


@journey("create_tournament", "invite_to_tournament", "send_tournament_message", "ban_from_tournament",
         "leave_tournament")  # fmt: skip
async def tournaments(session: Session, _connections: int) -> Walk:
    """A tournament from its creation to its end, with one guest."""
    pairs = await session.players.pairs()

    async def walk(steps: Steps, number: int) -> None:
        creator, friend = pairs[number]
        while steps.more():
            code = (await steps.timed("create_tournament", creator, {"name": "Bench Cup", "size": 8}))["code"]
            await steps.timed("invite_to_tournament", creator, code=code, user_id=friend.id)
            await steps.untimed("join_tournament", friend, code=code)
            await steps.timed("send_tournament_message", friend, {"content": "Hello!"}, code=code)
            await steps.timed("ban_from_tournament", creator, code=code, user_id=friend.id)
            await steps.timed("leave_tournament", creator, code=code)

    return walk


@journey("create_match", "get_running_match", "connect_player", "get_match", "check_ticket", "list_running_matches",
         "finish_match")  # fmt: skip
async def matches(session: Session, _connections: int) -> Walk:
    """A match from its creation to its end, as a game server sees it."""
    pairs = await session.players.pairs()

    async def walk(steps: Steps, number: int) -> None:
        a, b = pairs[number]
        teams = {"a": [{"id": a.id}], "b": [{"id": b.id}]}
        while steps.more():
            match = await steps.timed("create_match", body={"game_mode": "duel", "teams": teams})
            await steps.timed("get_running_match", id=a.id)
            await steps.timed("connect_player", id=match["id"], user_id=a.id)
            url = (await steps.timed("get_match", a, code=match["code"]))["url"]
            ticket = {"ticket": url.partition("?ticket=")[2], "code": match["code"]}
            await steps.timed("check_ticket", body=ticket)
            await steps.timed("list_running_matches")
            absent = {"user_id": b.id, "finish_reason": "player-disconnect"}
            await steps.timed("finish_match", body=absent, match_id=match["id"])

    return walk


@journey("leave_duel", "leave_ranked")
async def queues(session: Session, connections: int) -> Walk:
    """Users who have all blocked each other, so that none is paired before leaving."""
    users = await session.people.some(f"queues of {connections}", connections)
    await session.players.online(users)

    async def block(user: Person, others: list[Person], connection: Connection) -> None:
        for other in others:
            request = session.api.request("block_user", user, {"user_id": other.id})
            await ask(connection, request, 201)

    # One of each two blocks the other; a user blocks at most 50 others.
    half = connections // 2
    around = {user.id: [*users[n + 1 :], *users[:n]][: half if n < half or connections % 2 else half - 1]
              for n, user in enumerate(users)}  # fmt: skip
    await spread(session.target, [partial(block, user, around[user.id]) for user in users])

    async def walk(steps: Steps, number: int) -> None:
        user = users[number]
        while steps.more():
            for queue in ("duel", "ranked"):
                await steps.untimed(f"join_{queue}", user)
                await steps.timed(f"leave_{queue}", user)

    return walk


JOURNEYS = [lobbies, tournaments, matches, queues]
