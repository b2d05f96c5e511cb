"""The calls over HTTPS: requests as sent, answers and errors as returned."""

import asyncio
import json
import re
import ssl
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
import trustme

from demo.api import Api, ApiError, UnreachableError
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


def test_a_call_sends_json_and_token_to_the_api_and_returns_the_json_of_the_answer() -> None:
    async def test() -> None:
        async with scripted_server(answering(201, {"id": 1})) as server, Api(server.url) as api:
            answer = await api.post(
                "/play/lobby/", token="t", json={"game_mode": "clash"}, query={"limit": 5}
            )
            assert (answer.status, answer.body) == (201, {"id": 1})
            sent = server.exchanges[0]
            assert (sent.method, sent.target) == ("POST", "/api/play/lobby/?limit=5")
            assert sent.headers["authorization"] == "Bearer t"
            assert json.loads(sent.body) == {"game_mode": "clash"}

    run(test())


def test_an_answer_without_a_body_has_none() -> None:
    async def test() -> None:
        async with scripted_server(answering(204, None)) as server, Api(server.url) as api:
            assert (await api.call("DELETE", "/users/me/")).body is None

    run(test())


def test_an_error_answer_is_raised_with_status_body_and_code() -> None:
    async def test() -> None:
        body = {"detail": "You are playing.", "code": "already_playing"}
        async with scripted_server(answering(409, body)) as server, Api(server.url) as api:
            with pytest.raises(ApiError) as caught:
                await api.post("/play/duel/")
            error = caught.value
            assert (error.status, error.body, error.code, error.detail) == (
                409, body, "already_playing", "You are playing.",
            )  # fmt: skip

    run(test())


def test_a_throttled_request_is_sent_again_only_where_that_was_asked_for() -> None:
    throttled = answering(429, {"detail": "Request was throttled.", "code": "throttled"}, "retry-after: 0")

    async def test() -> None:
        async with scripted_server(throttled, answering(200, {})) as server, Api(server.url) as api:
            with pytest.raises(ApiError, match="429"):
                await api.get("/users/me/")
        async with (
            scripted_server(throttled, throttled, answering(200, {"id": 1})) as server,
            Api(server.url, throttle_retries=2) as api,
        ):
            assert (await api.get("/users/me/")).body == {"id": 1}
            assert len(server.exchanges) == 3

    run(test())


def test_no_answer_at_all_is_an_error_of_its_own() -> None:
    async def hang_up(_: Exchange) -> None:
        return None

    async def test() -> None:
        async with scripted_server(hang_up) as server, Api(server.url) as api:
            with pytest.raises(UnreachableError, match="GET /users/me/ on http://127"):
                await api.get("/users/me/")

    run(test())


def test_only_the_given_certificate_authority_is_trusted(tmp_path: Path) -> None:
    authority = trustme.CA()
    cacert = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(cacert))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 200 OK\r\n{JSON}\r\ncontent-length: 2\r\n\r\n{{}}".encode())
        writer.close()

    async def test() -> None:
        server = await asyncio.start_server(answer, "localhost", 0, ssl=tls)
        async with server:
            url = f"https://localhost:{server.sockets[0].getsockname()[1]}"
            async with Api(url, cacert) as api:
                assert (await api.get("/health/")).body == {}
            async with Api(url) as api:
                with pytest.raises(UnreachableError, match="certificate"):
                    await api.get("/health/")

    run(test())


def test_a_player_signs_up_with_a_valid_name_and_knows_its_id() -> None:
    async def test() -> None:
        tokens = {"access": "A", "refresh": "R"}
        me = {"id": 77, "username": "SlyFox-0001"}
        async with (
            scripted_server(answering(201, tokens), answering(200, me)) as server,
            Api(server.url) as api,
        ):
            player = await Player.register(api)
            assert (player.id, player.username, player.access) == (77, "SlyFox-0001", "A")
            sent = json.loads(server.exchanges[0].body)
            assert sent["password"] == player.password
            assert re.fullmatch(r"[A-Za-z0-9_-]{3,30}", sent["username"])
            assert server.exchanges[1].headers["authorization"] == "Bearer A"

    run(test())


def test_the_game_server_calls_the_private_routes_with_its_token() -> None:
    async def test() -> None:
        async with scripted_server(answering(200, {"id": 5})) as server, Api(server.url) as api:
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
