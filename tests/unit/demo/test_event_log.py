"""The log of a stream's events, against a real server that misbehaves on purpose."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pong_client import ApiError, AsyncPong, ProtocolError, StreamSettings, TokenPair

from demo.event_log import EventLog, EventTimeoutError, Received, StreamEndedError
from tests.unit.demo.scripted_server import STREAM_HEAD, Exchange, Script, scripted_server, wire


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 20))


def log_of(pong: AsyncPong, watch: Callable[[Received], None] = lambda _: None) -> EventLog:
    return EventLog(pong.events(settings=StreamSettings(first_wait=0.01)), watch)


@asynccontextmanager
async def served(*scripts: Script) -> AsyncIterator[tuple[list[Exchange], AsyncPong]]:
    """A server's exchanges, and a client of it."""
    async with (
        scripted_server(*scripts) as server,
        AsyncPong(server.url, tokens=TokenPair("A", "R")) as pong,
    ):
        yield server.exchanges, pong


async def refuse(exchange: Exchange) -> None:
    body = b'{"detail": "no", "code": "user_not_found"}'
    await exchange.answer(401, body, "content-type: application/json")


def test_each_event_is_given_out_once_also_those_that_came_before_they_were_asked_for() -> None:
    async def serve(exchange: Exchange) -> None:
        await exchange.send(
            STREAM_HEAD + wire(1, "game-start", '{"id": 1}') + wire(2) + wire(3, "game-start", '{"id": 3}')
        )
        await exchange.left.wait()

    async def test() -> None:
        seen: list[Received] = []
        async with served(serve) as (_, pong), log_of(pong, seen.append) as events:
            assert (await events.next("game-start", where=lambda event: event.data["id"] == 3)).id == "3-0"
            assert (await events.next("game-start")).id == "1-0"
            assert (await events.next()).id == "2-0"
            with pytest.raises(EventTimeoutError, match=r"no game-start within 0\.05 s.*lobby-message"):
                await events.next("game-start", timeout=0.05)
            assert [event.id for event in events.received("game-start")] == ["1-0", "3-0"]
            assert seen == events.events

    run(test())


def test_an_event_that_comes_twice_is_in_the_log_once_and_a_resync_each_time() -> None:
    resync = b'event: resync\ndata: {"event_code": "resync"}\n\n'

    async def first(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + wire(1) + resync)

    async def second(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + wire(1) + resync + wire(2))
        await exchange.left.wait()

    async def test() -> None:
        async with served(first, second) as (_, pong), log_of(pong) as events:
            await events.next(where=lambda event: event.id == "2-0")
            assert [event.code for event in events.events] == [
                "lobby-message", "resync", "resync", "lobby-message",
            ]  # fmt: skip
            assert len(events.resyncs) == events.connections == 2

    run(test())


def test_a_log_closed_and_opened_again_goes_on_where_it_stopped() -> None:
    async def serve(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + wire(int(exchange.headers.get("last-event-id", "0-0")[:-2]) + 1))
        await exchange.left.wait()

    async def test() -> None:
        async with served(serve) as (exchanges, pong):
            events = log_of(pong)
            await events.open()
            await events.next()
            await events.close()
            with pytest.raises(StreamEndedError):
                await events.next()
            await asyncio.wait_for(exchanges[0].left.wait(), 5)
            await events.open()
            assert (await events.next()).id == "2-0"
            await events.close()

    run(test())


def test_a_refusal_is_raised_by_open_and_later_ends_the_log_after_its_last_event() -> None:
    async def serve(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + wire(1, "delete-user"))

    async def test() -> None:
        async with served(refuse) as (_, pong):
            with pytest.raises(ApiError) as refused:
                await log_of(pong).open()
            assert (refused.value.status, refused.value.code) == (401, "user_not_found")
        async with served(serve, refuse) as (_, pong), log_of(pong) as events:
            assert isinstance(await events.ended(), ApiError)
            assert (await events.next()).code == "delete-user"
            with pytest.raises(StreamEndedError):
                await events.next()

    run(test())


def test_an_event_that_is_no_json_object_ends_the_log_with_its_reason() -> None:
    async def serve(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + b"id: 1-0\nevent: game-start\ndata: [1]\n\n")
        await exchange.left.wait()

    async def test() -> None:
        async with served(serve) as (_, pong), log_of(pong) as events:
            assert isinstance(await events.ended(), ProtocolError)

    run(test())


def test_an_error_of_the_watcher_ends_the_log_with_its_reason() -> None:
    async def serve(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + wire(1))
        await exchange.left.wait()

    def watch(_: Received) -> None:
        raise ValueError("the reason")

    async def test() -> None:
        async with served(serve) as (_, pong), log_of(pong, watch) as events:
            failure = await events.ended()
            assert isinstance(failure, ValueError)

    run(test())


def test_nobody_there_is_reported_at_the_deadline() -> None:
    async def test() -> None:
        async with scripted_server(refuse) as server:
            url = server.url
        async with AsyncPong(url, tokens=TokenPair("A", "R")) as pong:
            with pytest.raises(EventTimeoutError, match=r"last error.*ConnectError"):
                await log_of(pong).open(timeout=0.2)

    run(test())
