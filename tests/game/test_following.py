"""The game server follows the matches, also where another site still answers at the streams' address."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable

import pytest
from pong_client import ApiError, AsyncPongService

from game.rooms import Rooms
from game.settings import Settings

NONE_RUNNING = json.dumps({"count": 0, "next": None, "previous": None, "results": []})


def answer(status: str, kind: str, body: str) -> bytes:
    """An HTTP answer, after which the connection ends."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nConnection: close\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


NO_PAGE = answer("404 Not Found", "text/html", "<p>There is no such page.")
PARKED = answer("200 OK", "text/html", "<p>This domain is for sale.")
ASKS_FOR_A_PASSWORD = answer("401 Unauthorized", "text/html", "<p>Who are you?")
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n: hello\n\n"


def refusal(status: str, code: str) -> bytes:
    """An answer of the API."""
    return answer(status, "application/json", json.dumps({"detail": "No.", "code": code}))


async def follow(answers: Iterable[bytes], until: Callable[[list[str]], bool]) -> list[str]:
    """Follow matches where the streams' address gives these answers; the paths that were asked for."""
    asked: list[str] = []
    left, enough = iter(answers), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode().partition("?")[0]
        asked.append(path)
        if path.startswith("/sse/"):
            writer.write(next(left))
        else:
            writer.write(answer("200 OK", "application/json", NONE_RUNNING))
            if until(asked):
                enough.set()
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server, asyncio.TaskGroup() as tasks:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with AsyncPongService(url, "a token") as api:
            rooms = Rooms(api, Settings(url, ()), tasks, lambda: None)
            following = asyncio.create_task(rooms.follow(api, lambda: None))
            done = asyncio.create_task(enough.wait())
            await asyncio.wait({following, done}, return_when=asyncio.FIRST_COMPLETED)
            done.cancel()
            if following.done():
                await following
            following.cancel()
    return asked


def test_while_another_site_answers_the_game_server_tries_again_and_lists_the_matches_on_each_stream(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def listed_twice(asked: list[str]) -> bool:
        return asked.count("/api/private/matches/") == 2

    with caplog.at_level(logging.WARNING, "game.rooms"):
        asked = asyncio.run(
            follow([PARKED, ASKS_FOR_A_PASSWORD, STREAM, NO_PAGE, STREAM, *[STREAM] * 9], listed_twice)
        )

    assert asked[:4] == ["/sse/matches/"] * 3 + ["/api/private/matches/"]
    warned = [record.getMessage() for record in caplog.records if record.name == "game.rooms"]
    assert len(warned) == 3
    for told, message in zip(("200 text/html", "401", "404"), warned, strict=True):
        assert told in message


@pytest.mark.parametrize(
    "refused",
    [refusal("401 Unauthorized", "token_not_valid"), refusal("403 Forbidden", "service_token_required")],
    ids=["not valid", "not a service's"],
)
def test_a_token_that_the_api_refuses_ends_the_game_server(refused: bytes) -> None:
    with pytest.raises(ExceptionGroup) as ended:
        asyncio.run(follow([refused], lambda _: False))
    assert ended.group_contains(ApiError)
