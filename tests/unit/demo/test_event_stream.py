"""The resuming reader of events, against a real server that misbehaves on purpose."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from demo.api import ApiError, tls_context
from demo.event_log import Received
from demo.stream import EventStream, EventTimeoutError, StreamEndedError
from tests.unit.demo.scripted_server import PING, STREAM_HEAD, Exchange, scripted_server, wire

TLS = tls_context(None)


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 20))


def stream_of(url: str, **options: Any) -> EventStream:
    return EventStream(url + "/sse/users/", lambda: "token", TLS, first_back_off=0.01, **options)


def numbers(stream: EventStream) -> list[str | None]:
    return [event.id for event in stream.events]


async def stay(exchange: Exchange) -> None:
    """Hold the connection until the client leaves."""
    await exchange.left.wait()


async def stay_open(exchange: Exchange) -> None:
    """Accept, and hold the connection until the client leaves."""
    await exchange.send(STREAM_HEAD)
    await stay(exchange)


def test_a_client_that_resumes_asks_for_what_came_after_the_last_event_it_saw() -> None:
    async def first(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + wire(1) + wire(2))

    async def second(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + wire(3))
        await stay(exchange)

    async def test() -> None:
        async with scripted_server(first, second) as server, stream_of(server.url) as stream:
            await stream.next(where=lambda event: event.id == "3-0")
            assert numbers(stream) == ["1-0", "2-0", "3-0"]
            assert [exchange.headers.get("last-event-id") for exchange in server.exchanges] == [None, "2-0"]
            assert stream.connections == 2

    run(test())


def test_an_event_that_comes_twice_is_given_out_once() -> None:
    async def first(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + wire(1) + wire(2) + wire(1))

    async def second(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + wire(2) + wire(3))
        await stay(exchange)

    async def test() -> None:
        async with scripted_server(first, second) as server, stream_of(server.url) as stream:
            await stream.next(where=lambda event: event.id == "3-0")
            assert numbers(stream) == ["1-0", "2-0", "3-0"]
            assert stream.repeats == 2

    run(test())


def test_events_without_an_id_are_never_taken_for_repeats_and_do_not_move_the_place() -> None:
    resync = b'event: resync\ndata: {"event_code": "resync"}\n\n'

    async def first(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + wire(1) + PING + resync + PING + resync)

    async def test() -> None:
        async with scripted_server(first, first) as server, stream_of(server.url) as stream:
            for _ in range(4):
                await stream.next("resync")
            assert numbers(stream) == ["1-0", None, None, None, None]
            assert len(stream.resyncs) == 4
            assert stream.pings == 4
            assert server.exchanges[1].headers["last-event-id"] == "1-0"

    run(test())


def test_an_id_without_an_event_moves_the_place_too() -> None:
    async def serve(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + b"id: 5-0\n\n")

    async def test() -> None:
        async with scripted_server(serve, stay_open) as server, stream_of(server.url) as stream:
            while len(server.exchanges) < 2:
                await stream.connected()
                await asyncio.sleep(0)
            assert server.exchanges[1].headers["last-event-id"] == "5-0"

    run(test())


def test_half_an_event_is_not_taken_and_is_asked_for_again() -> None:
    async def first(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + wire(1) + wire(2)[:-1])

    async def second(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + wire(2))
        await stay(exchange)

    async def test() -> None:
        async with scripted_server(first, second) as server, stream_of(server.url) as stream:
            await stream.next(where=lambda event: event.id == "2-0")
            assert stream.repeats == 0
            assert server.exchanges[1].headers["last-event-id"] == "1-0"

    run(test())


def test_a_stream_closed_and_opened_again_goes_on_where_it_stopped() -> None:
    async def serve(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + wire(int(exchange.headers.get("last-event-id", "0-0")[:-2]) + 1))
        await stay(exchange)

    async def test() -> None:
        async with scripted_server(serve) as server:
            stream = stream_of(server.url)
            await stream.open()
            await stream.next()
            await stream.close()
            assert stream.state == "closed"
            await asyncio.wait_for(server.exchanges[0].left.wait(), 5)
            await stream.open()
            assert (await stream.next()).id == "2-0"
            await stream.close()

    run(test())


def test_a_server_in_trouble_is_asked_again_until_it_recovers() -> None:
    async def broken(exchange: Exchange) -> None:
        await exchange.answer(503, b"{}")

    async def hang_up(exchange: Exchange) -> None:
        return None

    async def well(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD)
        await stay(exchange)

    async def test() -> None:
        async with scripted_server(broken, hang_up, broken, well) as server, stream_of(server.url) as stream:
            assert len(server.exchanges) == 4
            assert stream.failure is None
            assert stream.connections == 1

    run(test())


def test_a_refused_token_ends_the_stream_with_the_answer_of_the_api() -> None:
    async def refuse(exchange: Exchange) -> None:
        await exchange.answer(
            401, b'{"detail": "no", "code": "user_not_found"}', "content-type: application/json"
        )

    async def serve(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + wire(1, "delete-user"))

    async def test() -> None:
        async with scripted_server(refuse) as server:
            with pytest.raises(ApiError) as refused:
                await stream_of(server.url).open()
            assert (refused.value.status, refused.value.code) == (401, "user_not_found")
            assert len(server.exchanges) == 1
        async with scripted_server(serve, refuse) as server, stream_of(server.url) as stream:
            assert isinstance(await stream.ended(), ApiError)
            assert (await stream.next()).code == "delete-user"
            with pytest.raises(StreamEndedError):
                await stream.next()
            assert len(server.exchanges) == 2

    run(test())


def test_an_answer_that_is_no_event_stream_ends_the_stream() -> None:
    async def html(exchange: Exchange) -> None:
        await exchange.answer(200, b"<html>", "content-type: text/html")

    async def away(exchange: Exchange) -> None:
        await exchange.answer(204, b"")

    async def test() -> None:
        for script in (html, away):
            async with scripted_server(script) as server:
                with pytest.raises(StreamEndedError):
                    await stream_of(server.url).open()
                assert len(server.exchanges) == 1

    run(test())


def test_a_connection_that_has_fallen_silent_is_given_up_and_resumed() -> None:
    async def serve(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + wire(len(exchange.headers.get("last-event-id", "")) + 1))
        await stay(exchange)

    async def test() -> None:
        async with scripted_server(serve) as server, stream_of(server.url, silence=0.1) as stream:
            await stream.next()
            await stream.next()
            assert len(server.exchanges) >= 2

    run(test())


def test_the_server_sets_the_time_to_wait_before_a_new_connection() -> None:
    async def serve(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + b"retry: 1\n\n")

    async def test() -> None:
        async with scripted_server(serve) as server:
            # An hour of back-off, were it not for the server's word.
            stream = EventStream(server.url, lambda: "token", TLS, first_back_off=3600, max_back_off=3600)
            async with stream:
                while len(server.exchanges) < 3:
                    await stream.connected()
                    await asyncio.sleep(0)

    run(test())


def test_every_connection_asks_for_the_token_of_the_moment() -> None:
    async def serve(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + wire(len(exchange.headers["authorization"])))

    async def test() -> None:
        tokens = ["a"]
        async with scripted_server(serve) as server:
            stream = EventStream(server.url, lambda: tokens[-1], TLS, first_back_off=0.01)
            async with stream:
                await stream.next()
                tokens.append("renewed")
                await stream.next()
            assert server.exchanges[0].headers["authorization"] == "Bearer a"
            assert server.exchanges[-1].headers["authorization"] == "Bearer renewed"

    run(test())


def test_next_gives_each_event_once_and_finds_those_that_came_before_it_was_asked() -> None:
    async def serve(exchange: Exchange) -> None:
        await exchange.send(
            STREAM_HEAD + wire(1, "game-start", '{"id": 1}') + wire(2) + wire(3, "game-start", '{"id": 3}')
        )
        await stay(exchange)

    async def test() -> None:
        seen: list[Received] = []
        async with scripted_server(serve) as server, stream_of(server.url, watch=seen.append) as stream:
            assert (await stream.next("game-start", where=lambda event: event.data["id"] == 3)).id == "3-0"
            assert (await stream.next("game-start")).id == "1-0"
            assert (await stream.next()).id == "2-0"
            with pytest.raises(EventTimeoutError, match=r"no game-start within 0\.05 s.*lobby-message"):
                await stream.next("game-start", timeout=0.05)
            assert [event.id for event in stream.received("game-start")] == ["1-0", "3-0"]
            assert seen == stream.events

    run(test())


def test_an_event_whose_data_is_no_json_object_ends_the_stream_with_its_reason() -> None:
    async def serve(exchange: Exchange) -> None:
        await exchange.send(STREAM_HEAD + b"id: 1-0\nevent: game-start\ndata: [1]\n\n")
        await stay(exchange)

    async def test() -> None:
        async with scripted_server(serve) as server, stream_of(server.url) as stream:
            failure = await stream.ended()
            assert isinstance(failure, TypeError)
            assert "no JSON object" in str(failure)

    run(test())


def test_nobody_there_is_reported_at_the_deadline() -> None:
    async def test() -> None:
        async with scripted_server(stay) as server:
            url = server.url
        stream = stream_of(url)
        with pytest.raises(EventTimeoutError, match=r"last error.*ConnectError"):
            await stream.open(timeout=0.2)
        assert stream.state == "closed"

    run(test())
