"""uvicorn as we need it: connections that can be cut, and a stop that ends streams cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from sse.server import ABORT_EXTENSION, EventServer

log = logging.getLogger(__name__)

BACKLOG = 4096
"""A restart brings all clients back at the same moment."""

DEAD_PEER_MILLISECONDS = 45_000
"""A peer that acknowledges nothing for so long, three heartbeats, is gone, though it never said so."""

ENDING_SECONDS = 5


class CuttableProtocol(HttpToolsProtocol):
    """Adds to each request's scope the means to close its connection at once; notices peers that vanished."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected."""
        super().connection_made(transport)
        peer: socket.socket | None = transport.get_extra_info("socket")
        if peer is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_PEER_MILLISECONDS)

    @property
    def answering(self) -> bool:
        """Whether an answer has begun, or is about to, and isn't written in full."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self.scope["extensions"] = {ABORT_EXTENSION: self.transport.abort}  # type: ignore[dict-item]


class StreamServer(uvicorn.Server):
    """Ends the streams before it closes the connections, and calls `on_stop` in between.

    `should_exit` begins the stop; SIGTERM and SIGINT set it.
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

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGTERM and SIGINT, with exit code 0: uvicorn would raise them again afterwards."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams while new requests are still told 503, then close."""
        await self._end_streams()
        for connection in tuple(self.server_state.connections):
            # Whoever doesn't read doesn't see the end of the stream either.
            if isinstance(connection, CuttableProtocol) and connection.answering:
                connection.transport.abort()
        await super().shutdown(sockets)


def bind(host: str, port: int) -> socket.socket:
    """The address taken, but not listening yet: clients are refused until the rings are filled.

    Raises OSError.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sets TCP_NODELAY on every connection: no event waits for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except BaseException:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
