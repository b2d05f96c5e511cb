"""WebSockets through the edge, with a scripted server in the place of the game server.

The client is the one for asyncio. The one for threads loses messages over TLS: it reads in one thread and writes in
another, and before Python 3.13 an SSL object may not be used by two.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Origin, Subprotocol

from infra.local.runner.ports import free_port
from tests.infra.conftest import ORIGIN, WAIT_SECONDS, RunningEdge, start_edge, wait_until

SECRET = "115719102722917.115719093276496.c2VjcmV0c2VjcmV0c2VjcmV0"
PATH = f"/ws/game/6495/?ticket={SECRET}"


@dataclass
class FakeGame:
    """Sends back what it hears, but closes with 4409 when it hears "end"."""

    paths: list[str] = field(default_factory=list)
    ended: list[int | None] = field(default_factory=list)

    def play(self, connection: ServerConnection) -> None:
        assert connection.request
        self.paths.append(connection.request.path)
        try:
            while (text := connection.recv()) != "end":
                connection.send(text)
            connection.close(4409, "match_finished")
        except ConnectionClosed as closed:
            self.ended.append(closed.rcvd.code if closed.rcvd else None)


@dataclass
class Games:
    """An edge with a game server behind it."""

    fake: FakeGame
    edge: RunningEdge

    def talk(
        self, talk: Callable[[ClientConnection], Awaitable[None]], path: str = PATH, origin: str | None = None
    ) -> None:
        """Connect to a path, talk, and close the connection."""

        async def connected() -> None:
            async with connect(
                self.edge.url.replace("http", "ws") + path,
                ssl=ssl.create_default_context(cafile=str(self.edge.directory / "ca.pem")),
                subprotocols=[Subprotocol("pong.1")],
                origin=None if origin is None else Origin(origin),
                proxy=None,
            ) as connection:
                await talk(connection)

        asyncio.run(connected())

    def refused(self, path: str = PATH, origin: str | None = None) -> int:
        with pytest.raises(InvalidStatus) as refusal:
            self.talk(say_hello, path, origin)
        return refusal.value.response.status_code


async def say_hello(connection: ClientConnection) -> None:
    await connection.send("hello")
    assert await heard(connection) == "hello"


async def heard(connection: ClientConnection) -> str | bytes:
    async with asyncio.timeout(WAIT_SECONDS):
        return await connection.recv()


async def closed(connection: ClientConnection) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as end:
        await heard(connection)
    assert end.value.rcvd
    return end.value.rcvd.code, end.value.rcvd.reason


@pytest.fixture(scope="module")
def games(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Games]:
    fake = FakeGame()
    with serve(fake.play, "127.0.0.1", 0, subprotocols=[Subprotocol("pong.1")]) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        edge = start_edge(tmp_path_factory.mktemp("games"), game=url)
        yield Games(fake, edge)
        edge.stop()
        server.shutdown()
        thread.join()


def test_messages_pass_both_ways_and_the_address_arrives_as_it_is(games: Games) -> None:
    async def talk(connection: ClientConnection) -> None:
        for message in ("hello", "größer", b"bytes"):
            await connection.send(message)
            assert await heard(connection) == message
        assert connection.subprotocol == "pong.1"

    games.talk(talk)
    assert games.fake.paths[-1] == PATH


def test_the_game_server_s_close_code_and_reason_arrive(games: Games) -> None:
    async def end(connection: ClientConnection) -> None:
        await connection.send("end")
        assert await closed(connection) == (4409, "match_finished")

    games.talk(end)


def test_when_the_client_goes_the_game_server_hears_it(games: Games) -> None:
    async def go(connection: ClientConnection) -> None:
        await say_hello(connection)
        connection.transport.abort()

    before = len(games.fake.ended)
    games.talk(go)
    games.talk(say_hello)  # the edge works on
    wait_until(lambda: len(games.fake.ended) >= before + 2, "both ends")


def test_a_message_that_is_too_large_ends_the_connection(games: Games) -> None:
    async def shout(connection: ClientConnection) -> None:
        await connection.send("x" * 5000)
        assert (await closed(connection))[0] == 1009

    games.talk(shout)


def test_pages_of_strange_origins_may_not_connect(games: Games) -> None:
    assert games.refused(origin="https://elsewhere.example.com") == 403
    games.talk(say_hello, origin=ORIGIN)


def test_other_paths_have_no_websockets(games: Games) -> None:
    assert games.refused("/ws/other/") == 404
    assert games.refused("/api/things/1/") == 404
    assert games.refused("/ws/game/../../api/") == 404
    assert games.refused(f"/ws/game/1/?ticket={'x' * 9000}") == 414


def test_no_ticket_gets_into_the_log(games: Games) -> None:
    games.talk(say_hello)
    games.refused(origin="https://elsewhere.example.com")

    wait_until(lambda: " 403 " in games.edge.access_log(), "the line of the refusal")
    log = games.edge.access_log()
    assert "/ws/game/6495/?ticket=… " in log
    assert SECRET not in log


def test_while_the_game_server_is_away_the_close_code_says_try_again(tmp_path: Path) -> None:
    async def is_told(connection: ClientConnection) -> None:
        assert (await closed(connection))[0] == 1013

    edge = start_edge(tmp_path, game=f"http://127.0.0.1:{free_port()}")
    try:
        Games(FakeGame(), edge).talk(is_told)
    finally:
        edge.stop()


def test_without_a_game_server_there_is_nothing(edge: RunningEdge) -> None:
    with edge.client() as client:
        answer = client.get("/ws/game/6495/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "GAME_URL" in answer.json()["detail"]
