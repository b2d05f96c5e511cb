"""The game server's side of the house that needs no API."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from pong_client import AsyncPongService, Retries
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from game.clock import Clock
from game.room import Room, is_against_house
from game.rooms import Rooms
from game.server import GameServer
from game.settings import Settings

PONG_1 = Subprotocol("pong.1")


def match(mode: str = "custom_game", match_type: str = "1v1", **b: Any) -> Any:
    """A running match, as the API tells it."""
    user = {"id": 2, "username": "House-004711", "is_guest": True, "score": 0, **b}
    return {
        "id": 1,
        "code": "6495",
        "game_mode": mode,
        "match_type": match_type,
        "points_to_win": 3,
        "connect_before": "2026-01-01T00:00:00Z",
        "teams": {
            "a": {"score": 0, "players": [{"id": 1, "username": "ada", "is_guest": False, "score": 0}]},
            "b": {"score": 0, "players": [user]},
        },
    }


def test_the_house_plays_in_custom_games_of_two_in_which_a_guest_has_its_name() -> None:
    assert is_against_house(match())
    for other in (
        match("duel"),
        match("ranked"),
        match("tournament"),
        match(match_type="3v3"),
        match(is_guest=False),
        match(username="House-4711"),
        match(username="House-004711x"),
        match(username="house-004711"),
    ):
        assert not is_against_house(other)
    deleted = match()
    deleted["teams"]["b"]["players"] = [{"id": 2, "username": "deleted-user", "score": 0}]
    assert not is_against_house(deleted)


def test_without_matches_for_the_house_nothing_plays_for_anyone() -> None:
    rooms = [
        Room(match(), Settings("", (), game_house_matches=n), lambda *_: None, lambda: 0.0) for n in (0, 1)
    ]
    assert [room.house is not None for room in rooms] == [False, True]


def with_server(settings: Settings, test: Callable[[str, asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """A game server whose API can't be reached; the test gets its address and the event that a token is there."""

    async def run() -> None:
        nowhere = AsyncPongService("http://127.0.0.1:9", "token", retries=Retries(0))
        async with nowhere as api, asyncio.TaskGroup() as tasks:
            rooms = Rooms(api, settings, tasks, lambda: None)
            ready = asyncio.Event()
            server = GameServer(api, rooms, Clock(rooms.step), settings, ready)
            async with server.listen() as listening:
                port = next(iter(listening.sockets)).getsockname()[1]
                await test(f"ws://127.0.0.1:{port}/ws/game/house/", ready)

    asyncio.run(run())


def test_a_house_that_is_off_is_not_found() -> None:
    async def off(url: str, _: asyncio.Event) -> None:
        with pytest.raises(InvalidStatus) as refusal:
            await connect(url, subprotocols=[PONG_1], proxy=None)
        assert refusal.value.response.status_code == 404

    with_server(Settings("", (), game_port=0, game_house_matches=0), off)


def test_an_ask_waits_for_the_token_and_fails_while_the_api_is_away() -> None:
    async def away(url: str, ready: asyncio.Event) -> None:
        async with connect(url, subprotocols=[PONG_1], proxy=None) as socket:
            await socket.send('["play","a.b.c"]')
            ready.set()
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1013

    with_server(Settings("", (), game_port=0), away)
