"""Passes a request through to another server, and its answer back, byte for byte and without buffering.

So go /sse/ to the SSE process and, in the deployed mode, /api/ to API Gateway.

One idle stream costs a socket, a parser and two futures here: thousands of them are normal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import httptools

CONNECT_SECONDS = 2.0
HEADERS_SECONDS = 10.0
HIGH_WATER_BYTES = 64 * 1024
"""So much may lie here for a client that reads slowly; then the SSE process has to wait, and cut it off."""

HOP_BY_HOP = frozenset(
    ("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "host")
)
"""Fields that are about one connection, not about the message (RFC 9110, 7.6.1), and the one that we set."""

Headers = list[tuple[str, str]]


class UpstreamDown(Exception):
    """Nobody listens at that address."""


class UpstreamBroken(Exception):
    """The other server closed the connection, or kept silent, before it had answered."""


class Upstream(asyncio.Protocol):
    """One request to another server and its answer, read as it comes."""

    __slots__ = (
        "_chunks",
        "_ended",
        "_parser",
        "_paused",
        "_size",
        "_transport",
        "_waiter",
        "headers",
        "status",
    )

    def __init__(self) -> None:
        self.status = 0
        self.headers: Headers = []
        self._parser = httptools.HttpResponseParser(self)
        self._chunks: list[bytes] = []
        self._size = 0
        self._paused = False
        self._ended = False
        self._waiter: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None

    # what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a fact about asyncio, for the types
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Some bytes of the answer."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """The other side, or we, closed."""
        self._ended = True
        self._wake()

    # what httptools calls

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header field."""
        self.headers.append((name.decode("latin-1").lower(), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """Status and all header fields are known."""
        self.status = self._parser.get_status_code()
        self._wake()

    def on_body(self, body: bytes) -> None:
        """Some bytes of the body."""
        self._chunks.append(body)
        self._size += len(body)
        if self._size > HIGH_WATER_BYTES and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def on_message_complete(self) -> None:
        """The answer is whole."""
        self._ended = True
        self._wake()

    # what the proxy calls

    def send(self, data: bytes) -> None:
        """Write the request."""
        assert self._transport is not None  # noqa: S101 - connected by open_upstream
        self._transport.write(data)

    async def answered(self, seconds: float) -> None:
        """Wait until status and headers are there. Raises UpstreamBroken if they don't come."""
        try:
            async with asyncio.timeout(seconds):
                while not self.status and not self._ended:
                    await self._wait()
        except TimeoutError:
            raise UpstreamBroken(f"no answer within {seconds:g} s") from None
        if not self.status:
            raise UpstreamBroken("the connection was closed before the answer")

    async def next_chunk(self) -> bytes:
        """All bytes of the body that have come since the last call, waiting for some; empty at the end."""
        while not self._chunks and not self._ended:
            await self._wait()
        chunk = b"".join(self._chunks)
        self._chunks.clear()
        self._size = 0
        if self._paused and self._transport is not None and not self._ended:
            self._paused = False
            self._transport.resume_reading()
        return chunk

    def close(self) -> None:
        """Close the connection now; whoever waits for a chunk gets the end."""
        if self._transport is not None:
            self._transport.abort()

    async def _wait(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        await self._waiter

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


async def open_upstream(
    host: str,
    port: int,
    method: str,
    target: str,
    headers: Sequence[tuple[str, str]],
    body: bytes = b"",
    seconds: float = HEADERS_SECONDS,
) -> Upstream:
    """Send a request and wait, for so many seconds, for the head of its answer.

    Raises UpstreamDown or UpstreamBroken.
    """
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, upstream = await asyncio.get_running_loop().create_connection(Upstream, host, port)
    except (OSError, TimeoutError) as error:
        raise UpstreamDown(str(error)) from error
    lines = [f"{method} {target} HTTP/1.1", f"host: {host}:{port}", "connection: close"]
    lines += [
        f"{name}: {value}" for name, value in headers if name not in HOP_BY_HOP and name != "content-length"
    ]
    if body:
        lines.append(f"content-length: {len(body)}")
    upstream.send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)
    try:
        await upstream.answered(seconds)
    except UpstreamBroken:
        upstream.close()
        raise
    return upstream


def end_to_end(headers: Sequence[tuple[str, str]]) -> Headers:
    """The header fields that go on to the client."""
    return [(name, value) for name, value in headers if name not in HOP_BY_HOP]


async def pump(upstream: Upstream, send: Callable[[bytes], Any], disconnected: Any) -> int:
    """Copy the body until either side ends; the number of bytes copied.

    `send` writes to the client (awaitable), `disconnected` is awaitable and done when the client is gone.
    """
    watch = asyncio.ensure_future(disconnected)
    watch.add_done_callback(lambda _: upstream.close())
    copied = 0
    try:
        while chunk := await upstream.next_chunk():
            await send(chunk)
            copied += len(chunk)
    finally:
        watch.cancel()
        upstream.close()
    return copied
