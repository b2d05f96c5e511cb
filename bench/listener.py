"""Many listeners to the event stream in one process: one small protocol object each."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, cast

import httptools

from bench.http1 import Target
from demo.sse_parser import Event, EventParser

OPENED_AT_ONCE = 32


class ListenError(Exception):
    """A stream was refused, or closed while it should stay open."""


class Listener(asyncio.Protocol):
    """One open stream. `heard` is called with every event and the moment (`time.perf_counter`) it came."""

    def __init__(self, request: bytes, heard: Callable[[Event, float], None] | None) -> None:
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost = False
        self._request = request
        self._heard = heard
        self._events = EventParser()
        self._transport: asyncio.Transport | None = None
        self._parser: Any = httptools.HttpResponseParser(self)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        self.lost = True
        if not self.opened.done():
            self.opened.set_exception(ListenError(f"no stream: {exc or 'closed by the server'}"))

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        status = self._parser.get_status_code()
        if status == 200:
            self.opened.set_result(None)
        else:
            self.opened.set_exception(ListenError(f"GET /sse/users/ answered {status}"))

    def on_body(self, body: bytes) -> None:
        """Called by the parser."""
        if self._heard is None:
            return
        at = time.perf_counter()
        for event in self._events.feed(body):
            self._heard(event, at)


async def listen(
    target: Target, tokens: Sequence[str], heard: Callable[[int, Event, float], None] | None = None
) -> list[Listener]:
    """Open one stream per token, some at a time. `heard` also gets the index of the listener.

    Raises `ListenError` where a stream is refused; those already open are closed then.
    """
    gate = asyncio.Semaphore(OPENED_AT_ONCE)
    listeners: list[Listener] = []

    async def one(index: int, token: str) -> None:
        def heard_by_this(event: Event, at: float) -> None:
            if heard is not None:
                heard(index, event, at)

        request = target.request("GET", "/sse/users/", token)
        async with gate:
            _, listener = await asyncio.get_running_loop().create_connection(
                lambda: Listener(request, heard_by_this if heard is not None else None),
                target.host,
                target.port,
                ssl=target.tls,
            )
            listeners.append(listener)
            await listener.opened

    try:
        async with asyncio.TaskGroup() as group:
            for index, token in enumerate(tokens):
                group.create_task(one(index, token))
    except BaseExceptionGroup as errors:
        hang_up(listeners)
        raise errors.exceptions[0] from None
    return listeners


def hang_up(listeners: Sequence[Listener]) -> None:
    """Close all of them."""
    for listener in listeners:
        listener.close()
