"""Many clients of the event stream in one process: one small protocol object each."""

import asyncio
import time
from collections.abc import Callable, Sequence

from pong_client.sse_parser import Event, EventParser

from bench.http1 import Protocol, Target

OPENED_AT_ONCE = 32


class ListenError(Exception):
    """A stream was refused, or closed while it should stay open."""


class Listener(Protocol):
    """One open stream. `on_event` is called with every event and its arrival (`time.perf_counter`)."""

    def __init__(self, request: bytes, on_event: Callable[[Event, float], None] | None) -> None:
        super().__init__()
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost = asyncio.Event()
        """The stream has ended."""
        self._request = request
        self._on_event = on_event
        self._events = EventParser()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        super().connection_made(transport)
        if self._transport is not None:
            self._transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        super().connection_lost(exc)
        self.lost.set()
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
        if self._on_event is None:
            return
        at = time.perf_counter()
        for event in self._events.feed(body):
            self._on_event(event, at)


async def listen(
    target: Target, tokens: Sequence[str], on_event: Callable[[Event, float], None] | None = None
) -> list[Listener]:
    """Open one stream per token, some at a time.

    Raises `ListenError` if a stream is refused; the streams that are open already are closed then.
    """
    gate = asyncio.Semaphore(OPENED_AT_ONCE)
    listeners: list[Listener] = []

    async def one(token: str) -> None:
        request = target.request("GET", "/sse/users/", token)
        async with gate:
            _, listener = await asyncio.get_running_loop().create_connection(
                lambda: Listener(request, on_event), target.host, target.port, ssl=target.tls
            )
            listeners.append(listener)
            await listener.opened

    try:
        async with asyncio.TaskGroup() as group:
            for token in tokens:
                group.create_task(one(token))
    except BaseExceptionGroup as errors:
        close_all(listeners)
        raise errors.exceptions[0] from None
    return listeners


def close_all(listeners: Sequence[Listener]) -> None:
    """Close all streams."""
    for listener in listeners:
        listener.close()
