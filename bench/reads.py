"""Requests that can be repeated as they are: reading, and writing what may be written again."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from bench.load import Result, Worker, in_turn, measure
from bench.measurement import Measurement, bounds_of
from bench.readers import Reader
from bench.routes import BY_NAME, Api, title
from bench.session import Session

Requests = list[list[bytes]]
"""For each connection those that it sends in turn; further connections begin again with the first ones."""

PUBLIC = ("get_index", "get_asyncapi", "get_docs", "get_health", "get_openapi")


def _of_reader(name: str, reader: Reader, api: Api) -> list[bytes]:
    """What a reader asks for the route of this name."""
    params: dict[str, object] = {
        "user_id": reader.person.id,
        "chat_id": reader.chat,
        "friendship_id": reader.friendship,
        "friend_request_id": reader.received,
        "id": 1,
    }
    bodies: Sequence[object] = {
        "update_me": [{"accept_friend_request": True}, {"accept_friend_request": False}]
    }.get(name, [None])
    wanted = {key: params[key] for key in BY_NAME[name].params}
    return [api.request(name, reader.person, body, **wanted) for body in bodies]


BY_READERS = (
    "get_me", "list_stats", "list_trophies", "list_matches", "list_friends", "get_friend", "list_received_requests",
    "get_friend_request", "list_chats", "get_chat", "list_messages", "list_sessions", "get_user", "list_pictures",
    "download_data", "use_picture", "update_me",
)  # fmt: skip

BY_ASKERS = ("list_friend_requests", "list_blocked")


async def _measure(
    name: str,
    requests: Callable[[Session], Awaitable[Requests]],
    session: Session,
    connections: int,
) -> list[Result]:
    worker: Worker = in_turn(await requests(session), BY_NAME[name].status)
    plan = session.plan
    return [
        await measure(session.target, title(name), worker, connections, bounds_of(name, plan), plan.warm_up)
    ]


async def _public(name: str, session: Session) -> Requests:
    return [[session.api.request(name)]]


async def _by_readers(name: str, session: Session) -> Requests:
    readers = await session.readers.all()
    if "friend_request_id" in BY_NAME[name].params:
        readers = [reader for reader in readers if reader.received]  # an asker may ask 20 users only
    return [_of_reader(name, reader, session.api) for reader in readers]


async def _by_askers(name: str, session: Session) -> Requests:
    await session.readers.all()
    return [[session.api.request(name, asker)] for asker in session.readers.askers]


async def _refresh(session: Session) -> Requests:
    users = await session.people.some_guests(max(session.plan.connections))
    return [[session.api.request("refresh_token", body={"refresh": user.refresh})] for user in users]


async def _messages(name: str, session: Session) -> Requests:
    """Each connection writes into a conversation of its own."""
    return [
        [session.api.request(name, one, {"content": "Good game! One more?"}, chat_id=chat)]
        for one, chat in await session.players.conversations()
    ]


async def _events(session: Session) -> Requests:
    """The receivers have open streams: the API refuses an event to an offline user."""
    return [
        [session.api.request("push_event", body={"users_id": [user.id], "event_code": "lobby-join",
                                                 "kwargs": {"username": user.id}})]
        for user, _ in await session.players.pairs()
    ]  # fmt: skip


async def _results(session: Session) -> Requests:
    pairs = await session.players.pairs()
    return [[session.api.request("book_match", body=_result(a.id, b.id))] for a, b in pairs]


def _result(winner: int, looser: int) -> dict[str, object]:
    teams = {side: {"score": points, "players": [{"id": user, "score": points}]}
             for side, points, user in (("a", 3, winner), ("b", 0, looser))}  # fmt: skip
    return {"game_mode": "duel", "teams": teams, "winner": "a", "looser": "b"}


async def _wins(session: Session) -> Requests:
    pairs = await session.players.pairs()
    return [[session.api.request("book_tournament", body={"winner": user.id})] for user, _ in pairs]


_REQUESTS: dict[str, Callable[[Session], Awaitable[Requests]]] = {
    **{name: partial(_public, name) for name in PUBLIC},
    **{name: partial(_by_readers, name) for name in BY_READERS},
    **{name: partial(_by_askers, name) for name in BY_ASKERS},
    **{name: partial(_messages, name) for name in ("send_message", "send_message_alias")},
    "refresh_token": _refresh,
    "push_event": _events,
    "book_match": _results,
    "book_tournament": _wins,
}

READS = [Measurement((name,), partial(_measure, name, requests)) for name, requests in _REQUESTS.items()]
