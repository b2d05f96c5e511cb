"""Players and the game server: the requests of their calls, and the names that are drawn."""

import asyncio
import json
import re
from collections.abc import Coroutine
from typing import Any

from pong_client import AsyncPong

from demo.game_server import GameServer
from demo.names import ADJECTIVES, ANIMALS, new_password, new_username
from demo.player import Player
from tests.unit.demo.scripted_server import Exchange, scripted_server

JSON = "content-type: application/json"


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 20))


def answering(status: int, body: Any, *headers: str) -> Any:
    async def script(exchange: Exchange) -> None:
        await exchange.answer(status, b"" if body is None else json.dumps(body).encode(), JSON, *headers)

    return script


def test_a_player_signs_up_with_a_valid_name_and_knows_its_id() -> None:
    async def test() -> None:
        tokens = {"access": "A", "refresh": "R"}
        me = {"id": 77, "username": "SlyFox-0001"}
        async with (
            scripted_server(answering(201, tokens), answering(200, me)) as server,
            AsyncPong(server.url) as api,
        ):
            player = await Player.register(api)
            assert (player.id, player.username, player.tokens.access) == (77, "SlyFox-0001", "A")
            sent = json.loads(server.exchanges[0].body)
            assert sent["password"] == player.password
            assert re.fullmatch(r"[A-Za-z0-9_-]{3,30}", sent["username"])
            assert server.exchanges[1].headers["authorization"] == "Bearer A"

    run(test())


def test_the_game_server_calls_the_private_routes_with_its_token() -> None:
    async def test() -> None:
        async with scripted_server(answering(200, {"id": 5})) as server, AsyncPong(server.url) as api:
            game_server = GameServer(api, "S")
            await game_server.create_match("duel", [1], [2])
            await game_server.connect(5, 1)
            await game_server.score(1)
            await game_server.score(2, own_goal=True)
            await game_server.finish(5, 2, "player-disconnect")
            calls = [
                (sent.method, sent.target, json.loads(sent.body or b"null")) for sent in server.exchanges
            ]
            teams = {"a": [{"id": 1}], "b": [{"id": 2}]}
            assert calls == [
                ("POST", "/api/private/match/create/", {"game_mode": "duel", "teams": teams}),
                ("GET", "/api/private/match/5/1/", None),
                ("PUT", "/api/private/match/score/1/", {}),
                ("PUT", "/api/private/match/score/2/", {"own_goal": True}),
                (
                    "PATCH",
                    "/api/private/match/finish/5/",
                    {"user_id": 2, "finish_reason": "player-disconnect"},
                ),
            ]
            assert {sent.headers["authorization"] for sent in server.exchanges} == {"Bearer S"}

    run(test())


FORBIDDEN = ("admin", "staff", "support", "anonymous", "transcendence")


def test_no_name_that_can_be_drawn_breaks_the_rules() -> None:
    for pair in (adjective + animal for adjective in ADJECTIVES for animal in ANIMALS):
        assert re.fullmatch(r"[A-Za-z]{3,25}", pair)
        assert not any(word in pair.lower() for word in FORBIDDEN)
    assert re.fullmatch(r"[A-Za-z]+-\d{4}", new_username())


def test_drawn_passwords_keep_the_rules() -> None:
    for _ in range(200):
        password = new_password("SlyFox-0001")
        assert re.fullmatch(r"[A-Za-z0-9_\-!@#$%^&*()]{8,50}", password)
        assert not password.isdigit()
