"""The event stream of the Python client."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pong_client import ApiError, AsyncPong, ProtocolError, SignedOutError, StreamSettings, TokenPair

from tests.clients.python.manual_clock import ManualClock, access_token
from tests.clients.python.test_calls import REFRESH, REFUSED, URL, answer, run

Item = bytes | Exception | asyncio.Event


def wire(number: int, code: str = "lobby-message", **more: Any) -> bytes:
    return f"id: {number}-0\nevent: {code}\ndata: {json.dumps({'event_code': code, 'n': number, **more})}\n\n".encode()


def own(code: str) -> bytes:
    return f'event: {code}\ndata: {{"event_code": "{code}"}}\n\n'.encode()


class Connection(httpx.AsyncByteStream):
    """Sends its items: bytes, a failure, or a wait for something; then it ends cleanly."""

    def __init__(self, *items: Item) -> None:
        self.items = items
        self.sent = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for item in self.items:
            if isinstance(item, Exception):
                raise item
            if isinstance(item, asyncio.Event):
                await item.wait()
            else:
                self.sent += 1
                yield item

    async def aclose(self) -> None:
        self.closed = True


class Server:
    """The n-th connection is the n-th given; refreshing answers `new`, or as told."""

    def __init__(
        self, *connections: Connection | httpx.Response, refresh: httpx.Response | None = None
    ) -> None:
        self.connections = connections
        self.requests: list[httpx.Request] = []
        self.refreshes = 0
        self.refresh = refresh or answer(200, {"access": "new"})

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        if request.url.path == REFRESH:
            self.refreshes += 1
            return self.refresh
        self.requests.append(request)
        connection = self.connections[len(self.requests) - 1]
        if isinstance(connection, httpx.Response):
            return connection
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=connection)

    def sent(self, header: str) -> list[str | None]:
        return [request.headers.get(header) for request in self.requests]


def client(server: Server, time: ManualClock) -> AsyncPong:
    http = httpx.AsyncClient(transport=httpx.MockTransport(server))
    tokens = TokenPair(access_token("old", time.time, 1800), "R")
    return AsyncPong(URL, http=http, clock=time.clock, tokens=tokens)


async def read(pong: AsyncPong, count: int, **options: Any) -> list[Any]:
    """So many events; the loop is left by `break`."""
    found: list[Any] = []
    async for event in pong.events(**options):
        found.append(dict(event).get("n", event["event_code"]))
        if len(found) == count:
            break
    return found


async def close_when_left(connection: Connection) -> None:
    while not connection.closed:  # noqa: ASYNC110 - each turn lets the client go on
        await asyncio.sleep(0)


def stay() -> asyncio.Event:
    return asyncio.Event()


def test_it_resumes_after_the_last_event_and_drops_what_comes_again() -> None:
    async def test() -> None:
        server = Server(
            Connection(wire(1), wire(2) + wire(3)[:-1]),  # Half an event isn't taken.
            Connection(wire(2), wire(3), httpx.ReadError("broken")),
            Connection(wire(3), wire(4), stay()),
        )
        assert await read(client(server, ManualClock()), 4) == [1, 2, 3, 4]
        assert server.sent("last-event-id") == [None, "2-0", "3-0"]

    run(test())


def test_an_event_without_an_id_is_no_repeat_and_moves_no_place() -> None:
    async def test() -> None:
        server = Server(
            Connection(wire(1), own("ping"), own("later"), own("later")), Connection(wire(2), stay())
        )
        assert await read(client(server, ManualClock()), 4) == [1, "later", "later", 2]
        assert server.sent("last-event-id") == [None, "1-0"]

    run(test())


def test_an_event_that_the_client_does_not_know_and_a_resync_reach_the_program_as_they_are() -> None:
    async def test() -> None:
        sent = wire(1, "from-the-future", data={"x": [1]}, new_field=True) + wire(2, "resync")
        async with client(Server(Connection(sent, stay())), ManualClock()).events() as events:
            expected = {"event_code": "from-the-future", "n": 1, "data": {"x": [1]}, "new_field": True}
            assert await events.next() == expected
            resync = await events.next()
            assert resync is not None
            assert resync["event_code"] == "resync"

    run(test())


def test_an_id_without_an_event_moves_the_place_and_a_saved_id_goes_on_there() -> None:
    async def test() -> None:
        server = Server(Connection(b"id: 5-0\n\n"), Connection(wire(6), stay()), Connection(wire(7), stay()))
        pong = client(server, ManualClock())
        assert await read(pong, 1) == [6]
        assert await read(pong, 1, last_event_id="6-0") == [7]
        assert server.sent("last-event-id") == [None, "5-0", "6-0"]

    run(test())


def test_waits_grow_to_20_seconds_until_an_event_comes_and_not_at_an_answer_of_200() -> None:
    async def test() -> None:
        time = ManualClock()
        silent = [Connection() for _ in range(8)]
        server = Server(*silent, Connection(wire(1)), Connection(wire(2), stay()))
        assert await read(client(server, time), 2) == [1, 2]
        assert time.slept == [0.5, 1, 2, 4, 8, 16, 20, 20, 0.5]

    run(test())


def test_it_waits_at_least_as_long_as_the_server_says() -> None:
    async def test() -> None:
        time = ManualClock()
        server = Server(
            answer(503, {}, **{"Retry-After": "9"}),
            Connection(b"retry: 3000\n\n" + wire(1)),
            Connection(wire(2), stay()),
        )
        assert await read(client(server, time), 2) == [1, 2]
        assert time.slept == [9.5, 3.5]

    run(test())


def test_a_silent_connection_is_given_up_after_two_and_a_half_heartbeats() -> None:
    async def test() -> None:
        server = Server(Connection(wire(1), httpx.ReadTimeout("silence")), Connection(wire(2), stay()))
        assert await read(client(server, ManualClock()), 2) == [1, 2]
        assert [request.extensions["timeout"]["read"] for request in server.requests] == [37.5, 37.5]

    run(test())


def test_a_connection_with_a_new_token_is_open_before_the_old_one_closes() -> None:
    async def test() -> None:
        old = Connection(wire(1), own("token-expiring"), stay())
        server = Server(old, Connection(wire(1), wire(2), stay()))
        was_open = list[bool]()
        time = ManualClock()
        pong = client(server, time)
        serve = server.__call__

        async def watched(request: httpx.Request) -> httpx.Response:
            if server.requests:
                was_open.append(not old.closed)
            return await serve(request)

        pong.http = httpx.AsyncClient(transport=httpx.MockTransport(watched))
        assert await read(pong, 2) == [1, 2]
        assert was_open == [True, True]
        assert old.closed
        assert server.sent("authorization")[1] == "Bearer new"
        assert time.slept == []

    run(test())


@pytest.mark.parametrize("refusal", [answer(503, {}), answer(401, REFUSED)])
def test_the_old_connection_is_read_on_if_the_token_cannot_be_renewed(refusal: httpx.Response) -> None:
    async def test() -> None:
        server = Server(Connection(own("token-expiring"), wire(1), stay()), refresh=refusal)
        pong = client(server, ManualClock())
        assert await read(pong, 1) == [1]
        assert pong.tokens is not None

    run(test())


def test_a_refused_token_is_renewed_once_and_the_end_of_the_session_is_raised_after_the_last_event() -> None:
    async def test() -> None:
        server = Server(
            Connection(wire(1)),
            answer(401, REFUSED),
            Connection(wire(2)),
            answer(401, REFUSED),
            answer(401, REFUSED),
        )
        found = list[Any]()
        with pytest.raises(SignedOutError) as ended:  # noqa: PT012 - the loop raises it
            async for event in client(server, ManualClock()).events():
                found.append(dict(event)["n"])
        assert found == [1, 2]
        assert (ended.value.code, server.refreshes) == ("token_not_valid", 2)

    run(test())


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (answer(401, {"code": "user_not_found"}), SignedOutError),
        (answer(403, {"code": "forbidden"}), ApiError),
        (answer(200, {}), ProtocolError),
    ],
)
def test_what_another_try_does_not_mend_ends_the_stream(
    refusal: httpx.Response, error: type[Exception]
) -> None:
    async def test() -> None:
        server = Server(refusal)
        with pytest.raises(error):
            async with client(server, ManualClock()).events():
                pass
        assert len(server.requests) == 1

    run(test())


def test_a_full_queue_stops_the_reading_until_the_program_reads_on() -> None:
    async def test() -> None:
        connection = Connection(*(wire(n) for n in range(1, 11)), stay())
        stream = client(Server(connection), ManualClock()).events(settings=StreamSettings(queue_size=3))
        async with stream as events:
            for _ in range(200):
                await asyncio.sleep(0)
            assert connection.sent == 4  # Three are waiting, the fourth waits for a place.
            found = [dict(await events.next() or {})["n"] for _ in range(10)]
            assert found == [*range(1, 11)]

    run(test())


def test_break_closes_the_connection() -> None:
    async def test() -> None:
        connection = Connection(wire(1), stay())
        await read(client(Server(connection), ManualClock()), 1)
        gc.collect()
        await close_when_left(connection)

    run(test())


def test_a_stream_in_a_block_outlives_a_loop_and_ends_with_the_block() -> None:
    async def test() -> None:
        connection = Connection(wire(1), wire(2), stay())
        async with client(Server(connection), ManualClock()).events() as events:
            async for _ in events:
                break
            second = await events.next()
            assert second is not None
            assert dict(second)["n"] == 2
            closed_inside = connection.closed
        assert (closed_inside, connection.closed) == (False, True)
        assert await events.next() is None

    run(test())
