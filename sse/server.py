"""The ASGI application: who may listen, presence before the first byte, and writing what the hub has.

An idle stream costs one task, the one that ASGI makes: it waits for the client to go. Writing is done by a
task that lives while there is something to write.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from shared.auth.tokens import read_token
from shared.domain.errors import (
    AuthenticationFailed,
    DomainError,
    MethodNotAllowed,
    NotAuthenticated,
    NotFound,
    TokenUserNotFound,
    Unavailable,
    UriTooLong,
)
from shared.settings import Settings
from sse.answers import (
    STREAM_HEADERS,
    Headers,
    cors_headers,
    error_answer,
    json_answer,
    preflight_headers,
)
from sse.heartbeat import Heartbeat
from sse.hub import Hub, Stream
from sse.presence import Presence, PresenceUnavailable

log = logging.getLogger(__name__)

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

ABORT_EXTENSION = "pong.abort"
"""Key in the scope's extensions: closes the connection without writing what is still buffered."""

MOST_URI_BYTES = 8 * 1024
METHODS = ("GET", "OPTIONS")
STREAM_PATHS = ("/sse/users/", "/sse/users")
HEALTH_PATHS = ("/healthz", "/healthz/")


class Connection:
    """Writes one stream of the hub to one client."""

    __slots__ = ("_abort", "_loop", "_send", "_writing")

    def __init__(self, send: Send, abort: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
        self._send = send
        self._abort = abort
        self._loop = loop
        self._writing: asyncio.Task[None] | None = None

    def wake(self, stream: Stream) -> None:
        """The hub has something for this client."""
        if stream.cut:
            log.info("user=%s cut off: too slow", stream.user_id)
            self._abort()
        elif self._writing is None:
            self._writing = self._loop.create_task(self._write(stream))

    async def finished(self) -> None:
        """Wait for a write under way; raises what it raised."""
        if self._writing is not None:
            await self._writing

    async def _write(self, stream: Stream) -> None:
        try:
            while body := stream.take():
                # Waits while the client doesn't read; meanwhile the hub's queue fills up to its bound.
                await self._send({"type": "http.response.body", "body": body, "more_body": True})
            if stream.ending:
                await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._writing = None


class EventServer:
    """The application. `draining` set: no new streams."""

    def __init__(
        self,
        hub: Hub,
        presence: Presence,
        heartbeat: Heartbeat,
        settings: Settings,
        *,
        on_first_stream: Callable[[], None] = lambda: None,
    ) -> None:
        self._hub = hub
        self._presence = presence
        self._heartbeat = heartbeat
        self._settings = settings
        self._on_first_stream = on_first_stream
        self._empty = asyncio.Event()
        self.draining = False

    async def drain(self, seconds: float) -> None:
        """Take no new streams and end the open ones; returns when they are gone, or after so many seconds."""
        self.draining = True
        self._hub.close()
        if self._hub.stream_count:
            try:
                async with asyncio.timeout(seconds):
                    await self._empty.wait()
            except TimeoutError:
                log.warning("streams=%d have not ended in %.1f s", self._hub.stream_count, seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (ASGI)."""
        if scope["type"] != "http":
            raise RuntimeError(f"no {scope['type']} here")
        headers = dict(scope["headers"])
        cors = cors_headers(headers, self._settings.allows_origin)
        try:
            await self._route(scope, headers, cors, receive, send)
        except DomainError as error:
            await _answer(send, cors, *error_answer(error))

    async def _route(
        self, scope: Scope, headers: dict[bytes, bytes], cors: Headers, receive: Receive, send: Send
    ) -> None:
        path, method = scope["path"], scope["method"]
        if len(scope["raw_path"]) + len(scope["query_string"]) > MOST_URI_BYTES:
            raise UriTooLong
        if path not in STREAM_PATHS and path not in HEALTH_PATHS:
            raise NotFound
        if method == "OPTIONS":
            await _answer(send, cors, 204, preflight_headers(headers, METHODS), b"")
        elif method != "GET":
            raise MethodNotAllowed(method, METHODS)
        elif path in HEALTH_PATHS:
            await _answer(send, cors, *self._health())
        else:
            await self._stream(scope, headers, cors, receive, send)

    def _health(self) -> tuple[int, Headers, bytes]:
        status = 503 if self.draining else 200
        return json_answer(
            status,
            {
                "status": "stopping" if self.draining else "ok",
                "streams": self._hub.stream_count,
                "users": self._presence.user_count,
                "rings": self._hub.feed_count,
            },
        )

    async def _stream(
        self, scope: Scope, headers: dict[bytes, bytes], cors: Headers, receive: Receive, send: Send
    ) -> None:
        query = parse_qs(scope["query_string"].decode("latin-1"))
        user_id = authenticate(headers, query)
        last_id = last_event_id(headers, query)
        # All of this would live as long as the stream: let go of what isn't needed, the token above all.
        scope["headers"].clear()
        scope["query_string"] = b""
        headers.clear()
        query.clear()
        if self.draining:
            raise Unavailable
        try:
            exists = await self._presence.arrive(user_id)
        except PresenceUnavailable as error:
            raise Unavailable from error
        if not exists:
            raise TokenUserNotFound
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [*STREAM_HEADERS, *cors]})
            await self._deliver(user_id, last_id, scope["extensions"][ABORT_EXTENSION], receive, send)
        finally:
            self._presence.depart(user_id)

    async def _deliver(
        self, user_id: int, last_id: str, abort: Callable[[], None], receive: Receive, send: Send
    ) -> None:
        connection = Connection(send, abort, asyncio.get_running_loop())
        stream = self._hub.attach(user_id, last_id, time.time(), connection.wake)
        slot = self._heartbeat.add(stream)
        if self._hub.stream_count == 1:
            self._on_first_stream()
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
            await connection.finished()
        finally:
            self._heartbeat.remove(stream, slot)
            self._hub.detach(stream, time.time())
            if self.draining and not self._hub.stream_count:
                self._empty.set()


def authenticate(headers: Mapping[bytes, bytes], query: Mapping[str, list[str]]) -> int:
    """The user of the access token in the header, or in the query where browsers have to put it.

    Raises Unauthenticated with the codes of behaviour.md, section 2.
    """
    header = headers.get(b"authorization")
    if header is not None:
        scheme, _, token = header.decode("latin-1").strip().partition(" ")
        if scheme.lower() != "bearer":
            raise AuthenticationFailed
    elif "token" in query:
        token = query["token"][0]
    else:
        raise NotAuthenticated
    return read_token(token.strip(), "access").user_id


def last_event_id(headers: Mapping[bytes, bytes], query: Mapping[str, list[str]]) -> str:
    """The id that the client resumes from, from header or query; empty if it has none."""
    header = headers.get(b"last-event-id", b"").decode("utf-8", "replace")
    return header or query.get("last_event_id", [""])[0]


async def _answer(send: Send, cors: Headers, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *cors]})
    await send({"type": "http.response.body", "body": body, "more_body": False})
