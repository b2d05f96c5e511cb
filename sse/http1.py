"""uvicorn with three additions: the application can cut a connection off, and sees whether its client has gone; a stop
ends the streams first.

The additions subclass uvicorn's classes. tests/sse/test_server.py fails when a new version of uvicorn breaks them:
a client that doesn't read is cut off, a stop ends streams cleanly and doesn't wait for such a client.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sse.server import ABORT_EXTENSION, GONE_EXTENSION, EventServer

BACKLOG = 4096
"""After a restart all clients come back at the same moment."""

DEAD_PEER_MILLISECONDS = 45_000
"""A peer that acknowledges nothing for so long, three heartbeats, is gone without saying so."""

SEND_BUFFER_BYTES = 128 * 1024
"""What the system keeps for a client that doesn't read. Linux would let it grow to 4 MiB: hundreds of events."""

ENDING_SECONDS = 5


class CuttableProtocol(HttpToolsProtocol):
    """Puts into each request's scope the means to close its connection at once, and to see whether it is closed.

    ASGI has neither: there a client's departure is a message behind the request's.
    """

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        ours: dict[str, Any] = {
            ABORT_EXTENSION: self.transport.abort,
            GONE_EXTENSION: self.transport.is_closing,
        }
        self.scope["extensions"] = ours


class StreamServer(uvicorn.Server):
    """Awaits `end_streams` before it closes the connections; new requests are answered meanwhile.

    `should_exit` begins the stop.
    """

    def __init__(self, app: EventServer, end_streams: Callable[[], Awaitable[None]]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=CuttableProtocol,
                ws="none",
                loop="asyncio",
                lifespan="off",
                log_config=None,
                access_log=False,  # its lines would hold the tokens of query strings
                server_header=False,
                proxy_headers=False,
                backlog=BACKLOG,
                timeout_graceful_shutdown=ENDING_SECONDS,
            )
        )
        self._end_streams = end_streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then close."""
        await self._end_streams()
        await super().shutdown(sockets)


def bind(host: str, port: int) -> socket.socket:
    """A socket with the address taken, but not listening yet: clients are refused until the rings are filled.

    Raises OSError.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sets TCP_NODELAY on every connection: no event waits for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Connections inherit these.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_PEER_MILLISECONDS)
        listener.bind((host, port))
    except BaseException:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
