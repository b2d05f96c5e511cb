"""The ASGI application: checks the token, writes presence before the first byte, and sends the hub's frames.

An idle stream costs one task, the one that ASGI makes: it waits for the client to disconnect. Writing is done by a task
that lives while there is something to write.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from shared.domain.errors import (
    DomainError,
    Malformed,
    MethodNotAllowed,
    NotFound,
    TokenUserNotFound,
    Unavailable,
)
from shared.http.answers import ProxyAnswer, answer, common_headers, error_answer, preflight
from shared.http.limits import check_uri
from shared.metrics import emit
from shared.security_events import Origin, SecurityEvent, coming_from, report, report_refusal
from shared.settings import settings
from sse.callers import Caller, TooManyStreams, last_event_id, service, user
from sse.expiry import Expiry
from sse.heartbeat import Heartbeat
from sse.hub import Hub
from sse.presence import TOGETHER, Presence, PresenceUnavailable
from sse.stream import Stream

log = logging.getLogger(__name__)

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

ABORT_EXTENSION = "pong.abort"
"""Key in the scope's extensions: a function that closes the connection without writing its buffer."""

GONE_EXTENSION = "pong.gone"
"""Key in the scope's extensions: a function that says whether the connection is closed."""

ADMITTED_AT_ONCE = 4 * TOGETHER
"""Users who come online at the same time. The others wait in line: after a restart all clients come back at once, and
those who gave up in the meantime must not take the time of those who wait.
"""

RETRY_MILLISECONDS = (500, 3000)
"""Between these a browser's EventSource waits before it comes back. Each stream has a time of its own: otherwise all
browsers of a container that ended would come back in the same moment.
"""

METHODS = ("GET",)
USER_PATHS = ("/sse/users/", "/sse/users")
MATCH_PATHS = ("/sse/matches/", "/sse/matches")
HEALTH_PATHS = ("/healthz", "/healthz/")

STREAM_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "X-Accel-Buffering": "no",  # nginx and its relatives: pass every event on at once
}


class Connection:
    """Writes one stream of the hub to one client."""

    __slots__ = ("_abort", "_loop", "_send", "_writing")

    def __init__(self, send: Send, abort: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
        self._send = send
        self._abort = abort
        self._loop = loop
        self._writing: asyncio.Task[None] | None = None

    def wake(self, stream: Stream) -> None:
        """The stream has frames, has ended, or was cut off."""
        if stream.cut:
            log.info("user=%s cut off: too slow", stream.user_id)
            emit({"StreamsCutOff": 1})
            self._abort()
        elif self._writing is None:
            self._writing = self._loop.create_task(self._write(stream))

    async def finished(self) -> None:
        """Wait for a write under way; raises its error."""
        if self._writing is not None:
            await self._writing

    async def _write(self, stream: Stream) -> None:
        try:
            while body := stream.take():
                # Waits while the client doesn't read. Meanwhile the stream's queue fills up to its limit.
                await self._send({"type": "http.response.body", "body": body, "more_body": True})
            if stream.ending:
                await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._writing = None


class EventServer:
    """The application."""

    def __init__(
        self,
        hub: Hub,
        presence: Presence,
        heartbeat: Heartbeat,
        expiry: Expiry,
        *,
        on_first_stream: Callable[[], None] = lambda: None,
    ) -> None:
        self._hub = hub
        self._presence = presence
        self._heartbeat = heartbeat
        self._expiry = expiry
        self._on_first_stream = on_first_stream
        self._turns = asyncio.Semaphore(ADMITTED_AT_ONCE)
        self._empty = asyncio.Event()
        self.draining = False
        """No new streams are taken."""

    async def drain(self, seconds: float) -> None:
        """End all streams and take no new ones. After this many seconds the remaining streams are cut off."""
        self.draining = True
        self._hub.close()
        if self._hub.stream_count:
            try:
                async with asyncio.timeout(seconds):
                    await self._empty.wait()
            except TimeoutError:
                log.warning("streams=%d have not ended in %.1f s", self._hub.stream_count, seconds)
                self._hub.cut_off_all()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            raise RuntimeError(f"no {scope['type']} here")
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        request_id, origin = headers.get(b"x-request-id") or str(uuid4()), headers.get(b"origin")
        try:
            check_uri(scope["raw_path"], scope["query_string"])
            if scope["path"] not in USER_PATHS + MATCH_PATHS + HEALTH_PATHS:
                raise NotFound
            if scope["method"] == "OPTIONS":
                await _send_answer(send, preflight(METHODS, request_id=request_id, origin=origin))
            elif scope["method"] not in METHODS:
                raise MethodNotAllowed(scope["method"], METHODS)
            elif scope["path"] in HEALTH_PATHS:
                await _send_answer(send, self._health(request_id, origin))
            else:
                await self._stream(scope, headers, request_id, receive, send)
        except DomainError as error:
            with coming_from(Origin(request_id, "stream")):
                if isinstance(error, TooManyStreams):
                    report(SecurityEvent.LIMIT_REACHED, user_id=error.user_id, reason="streams")
                report_refusal(error, of_service=scope["path"] in MATCH_PATHS)
            await _send_answer(send, error_answer(error, request_id=request_id, origin=origin))

    def _health(self, request_id: str, origin: str | None) -> ProxyAnswer:
        report = {
            "status": "stopping" if self.draining else "ok",
            "streams": self._hub.stream_count,
            "users": self._presence.user_count,
            "rings": self._hub.feed_count,
        }
        status = 503 if self.draining else 200
        return answer(status, json.dumps(report), request_id=request_id, origin=origin)

    async def _stream(
        self, scope: Scope, headers: dict[bytes, str], request_id: str, receive: Receive, send: Send
    ) -> None:
        if b"transfer-encoding" in headers or headers.get(b"content-length", "0") != "0":
            raise Malformed("A request for a stream has no body.")
        origin = headers.get(b"origin")
        query = parse_qs(scope["query_string"].decode("latin-1"))
        caller = service(headers) if scope["path"] in MATCH_PATHS else user(headers, query)
        last_id = last_event_id(headers, query)
        # These would live as long as the stream: drop what isn't needed, above all the token.
        scope["headers"].clear()
        scope["query_string"] = b""
        headers.clear()
        query.clear()
        if self.draining:
            raise Unavailable
        async with self._turns:
            if scope["extensions"][GONE_EXTENSION]():
                return
            await self._admit(caller)
        try:
            self._hub.check(caller.receiver, caller.session)
            head = _asgi({**common_headers(request_id, origin), **STREAM_HEADERS})
            await send({"type": "http.response.start", "status": 200, "headers": head})
            del head
            await self._deliver(caller, last_id, scope["extensions"][ABORT_EXTENSION], receive, send)
        finally:
            if caller.token is not None:
                self._presence.disconnect(caller.receiver)

    async def _admit(self, caller: Caller) -> None:
        """Let a user come online, and a service in. Raises Unauthenticated, Throttled, Unavailable."""
        token = caller.token
        if token is None:
            if self._hub.streams_of(caller.receiver) >= settings().sse_feed_streams:
                raise TooManyStreams(None, settings().sse_feed_streams)
            return
        self._hub.check(caller.receiver, caller.session)
        try:
            await self._presence.admit(token)
            if self._presence.streams_of(token.user_id) >= settings().sse_streams_per_user:
                raise TooManyStreams(token.user_id, settings().sse_streams_per_user)
            exists = await self._presence.connect(token.user_id)
        except PresenceUnavailable as error:
            raise Unavailable from error
        if not exists:
            raise TokenUserNotFound

    async def _deliver(
        self, caller: Caller, last_id: str, abort: Callable[[], None], receive: Receive, send: Send
    ) -> None:
        connection = Connection(send, abort, asyncio.get_running_loop())
        now = time.time()
        retry = random.randint(*RETRY_MILLISECONDS)
        stream = self._hub.attach(caller.receiver, last_id, now, connection.wake, caller.session, retry)
        slot = self._heartbeat.add(stream)
        notice = self._expiry.add(stream, issued=caller.issued, expires=caller.expires, now=now)
        if self._hub.stream_count == 1:
            self._on_first_stream()
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
            await connection.finished()
        finally:
            self._heartbeat.remove(stream, slot)
            self._expiry.remove(stream, notice=notice, expires=caller.expires)
            self._hub.detach(stream, time.time())
            if self.draining and not self._hub.stream_count:
                self._empty.set()


async def _send_answer(send: Send, answer: ProxyAnswer) -> None:
    body = answer["body"].encode()
    # A request may hide behind the body of one that isn't answered by a stream: nothing follows it.
    headers = {**answer["headers"], "Connection": "close"}
    if body:
        headers["Content-Length"] = str(len(body))
    await send({"type": "http.response.start", "status": answer["statusCode"], "headers": _asgi(headers)})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _asgi(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
