"""A lean HTTP/1.1 client over TLS: requests are bytes made beforehand, and each connection sends one at a time.

aiohttp takes 2.3 times its CPU (0.30 ms a request against 0.13), which the server on the same processors would lack.
"""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, cast

import httptools


class ConnectionBrokenError(Exception):
    """The server closed the connection before the answer was complete."""


Watching = Callable[[str, int], AbstractContextManager[None]]


def _unwatched(_name: str, _connections: int) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Target:
    """The server to measure."""

    host: str
    port: int
    tls: ssl.SSLContext | None
    cpu: Callable[[], dict[str, float]] = dict
    """Reads the CPU seconds that the server's processes have taken so far, by name."""
    authority: str | None = None
    """The file of the authority that `tls` trusts."""
    watching: Watching = _unwatched
    """A context around the requests of a measurement, by its name and number of connections."""

    def request(self, method: str, path: str, token: str | None = None, body: bytes | None = None) -> bytes:
        """The bytes of one request. `path` begins with `/api` or `/sse`."""
        lines = [f"{method} {path} HTTP/1.1", f"host: {self.host}:{self.port}"]
        if token is not None:
            lines.append(f"authorization: Bearer {token}")
        if body is not None:
            lines += ["content-type: application/json", f"content-length: {len(body)}"]
        elif method not in ("GET", "DELETE"):
            lines.append("content-length: 0")
        return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


def tls_for(cacert: str) -> ssl.SSLContext:
    """Trust the stack's own authority. HTTP/1.1 only: it does less per request than HTTP/2."""
    context = ssl.create_default_context(cafile=cacert)
    context.set_alpn_protocols(["http/1.1"])
    return context


class Protocol(asyncio.Protocol):
    """One connection whose answers are parsed as they come; the parser calls the `on_…` methods of subclasses."""

    def __init__(self) -> None:
        self.closed = False
        self._transport: asyncio.Transport | None = None
        self._parser: Any = httptools.HttpResponseParser(self)

    def close(self) -> None:
        """Close the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Called by asyncio."""
        self.closed = True


class Connection(Protocol):
    """A keep-alive connection that sends one request at a time. Made by `connect`."""

    def __init__(self) -> None:
        super().__init__()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._body: list[bytes] = []

    async def send(self, request: bytes) -> tuple[int, bytes]:
        """Send one request and return status and body. Raises `ConnectionBrokenError`."""
        if self.closed or self._transport is None:
            raise ConnectionBrokenError("closed before the request was sent")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        super().connection_lost(exc)
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionBrokenError(str(exc or "closed by the server")))

    def on_body(self, body: bytes) -> None:
        """Called by the parser."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        body, self._body = b"".join(self._body), []
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((self._parser.get_status_code(), body))


async def connect(target: Target) -> Connection:
    """Open a connection, TLS handshake included. Raises OSError if the server refuses."""
    _, connection = await asyncio.get_running_loop().create_connection(
        Connection, target.host, target.port, ssl=target.tls
    )
    return connection
