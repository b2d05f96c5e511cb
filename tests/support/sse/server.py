"""A server on a real socket with scripted presence writes, and a client that reads raw bytes."""

from __future__ import annotations

import asyncio
import functools
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pong_client.sse_parser import Event, EventParser

from shared.auth.tokens import new_token
from shared.domain.accounts.errors import SessionEnded
from shared.domain.accounts.tokens import Claims
from shared.domain.errors import TokenUserNotFound, Unauthenticated
from sse.expiry import Expiry
from sse.heartbeat import Heartbeat
from sse.http1 import StreamServer, bind
from sse.hub import Hub
from sse.presence import Presence
from sse.server import EventServer
from tests.support.answer_check import check
from tests.support.event_check import check_received

PATIENCE_SECONDS = 20.0
"""How long a failing test waits for an event that doesn't come."""


def in_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run an async test in a loop of its own."""

    @functools.wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        async def bounded() -> None:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await test(*arguments, **named)

        asyncio.run(bounded())

    return run


class ScriptedWrites:
    """Remembers the presence writes in order. A test can hold them at a gate, or let them fail."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int | str]] = []
        self.online: set[int] = set()
        self.unknown: set[int] = set()
        self.ended: set[str] = set()
        """Ids of ended sessions."""
        self.failures: dict[str, int] = {}
        """The number of next writes of this name that fail."""
        self.gates: dict[str, threading.Event] = {}
        """Writes of this name wait for it."""
        self.dead: list[str] = []
        self._changed = threading.Condition()

    def admit(self, tokens: Sequence[Claims]) -> list[Unauthenticated | None]:
        return [
            TokenUserNotFound()
            if token.user_id in self.unknown
            else SessionEnded()
            if token.session in self.ended
            else None
            for token in tokens
        ]

    def come_online(self, user_ids: Sequence[int], container: str) -> None:  # noqa: ARG002
        for user_id in user_ids:
            self._enter("come_online", user_id)
        if self.unknown.intersection(user_ids):
            raise TokenUserNotFound
        self.online.update(user_ids)

    def go_offline(self, user_id: int, container: str) -> None:  # noqa: ARG002
        self._enter("go_offline", user_id)
        self.online.discard(user_id)

    def renew_lease(self, container: str) -> list[str]:
        self._enter("renew_lease", container)
        return list(self.dead)

    def reap(self, container: str) -> None:
        self._enter("reap", container)
        self.dead.remove(container)

    def release(self, container: str) -> None:
        self._enter("release", container)

    def named(self, *names: str) -> list[tuple[str, int | str]]:
        """The calls of these names so far."""
        return [call for call in self.calls if call[0] in names]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the calls so far fulfil a condition."""

        def wait() -> None:
            with self._changed:
                if not self._changed.wait_for(condition, PATIENCE_SECONDS):
                    raise TimeoutError(f"only {self.calls}")

        await asyncio.to_thread(wait)

    def _enter(self, name: str, subject: int | str) -> None:
        with self._changed:
            self.calls.append((name, subject))
            self._changed.notify_all()
        gate = self.gates.get(name)
        if gate is not None:
            gate.wait(PATIENCE_SECONDS)
        if self.failures.get(name, 0) > 0:
            self.failures[name] -= 1
            raise ConnectionError(f"{name} fails because the test says so")


@dataclass
class Client:
    """One HTTP/1.1 connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    asked: tuple[str, str] = ("", "")
    """Method and path of the request."""
    parser: EventParser = field(default_factory=EventParser)
    ended_cleanly: bool = False
    _waiting: list[Event] = field(default_factory=list)

    async def request(self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> None:
        """Send a request and read the head of the answer."""
        lines = [f"{method} {path} HTTP/1.1", "Host: test"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.asked = (method, path.partition("?")[0])
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        await self.writer.drain()
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        self.status = int(head[0].split()[1])
        self.headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)

    async def body(self) -> bytes:
        """The body of an answer that is no stream. That of a request under /sse/ has to fit the OpenAPI document."""
        body = await self.reader.readexactly(int(self.headers.get("content-length", "0")))
        method, path = self.asked
        if path.startswith("/sse/"):
            check(method, path, self.status, self.headers.get("content-type", ""), json.loads(body or "null"))
        return body

    async def chunk(self) -> bytes:
        """The next chunk of a stream; empty at its end, clean or not."""
        try:
            size = int(await self.reader.readuntil(b"\r\n"), 16)
            data = await self.reader.readexactly(size + 2)
        except (asyncio.IncompleteReadError, ConnectionResetError):
            return b""
        self.ended_cleanly = size == 0
        return data[:-2]

    async def event(self) -> Event | None:
        """The next event; None at the end of the stream."""
        while not self._waiting:
            chunk = await self.chunk()
            if not chunk:
                return None
            self._waiting += self.parser.feed(chunk)
        received = self._waiting.pop(0)
        check_received(json.loads(received.data))
        return received

    def close(self) -> None:
        """Disconnect."""
        self.writer.close()


@dataclass
class Live:
    """The parts of a running server."""

    port: int
    hub: Hub
    writes: ScriptedWrites
    presence: Presence
    app: EventServer
    server: StreamServer
    stopped: asyncio.Task[None]
    clients: list[Client] = field(default_factory=list)

    async def connect(self) -> Client:
        """A connection that has sent nothing."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        client = Client(reader, writer)
        self.clients.append(client)
        return client

    async def ask(self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> Client:
        """Send a request and read the head of its answer."""
        client = await self.connect()
        await client.request(path, headers, method)
        return client

    async def listen(self, user_id: int = 1, last_id: str | None = None, **headers: str) -> Client:
        """Open a stream and read its first bytes."""
        if last_id is not None:
            headers["Last-Event-ID"] = last_id
        client = await self.ask("/sse/users/", {**bearer(user_id), **headers})
        assert client.status == 200, await client.body()
        client.parser = EventParser(last_id or "")
        client._waiting += client.parser.feed(await client.chunk())
        return client


def bearer(user_id: int = 1) -> dict[str, str]:
    """The header of a user."""
    return {"Authorization": f"Bearer {new_token('access', user_id)}"}


@asynccontextmanager
async def live_server(
    *, grace: float = 60.0, lease: float = 60.0, heartbeat: float = 60.0, queue_events: int = 256
) -> AsyncIterator[Live]:
    """A server that runs until the end of the block."""
    loop = asyncio.get_running_loop()
    hub, writes = Hub(name="test", queue_events=queue_events), ScriptedWrites()
    presence = Presence(writes, "container", grace_seconds=grace, lease_seconds=lease)
    await presence.start()
    beat, expiry = Heartbeat(heartbeat), Expiry(60.0)
    app = EventServer(hub, presence, beat, expiry)

    async def end_streams() -> None:
        await app.drain(1.0)
        await presence.stop(release=True)

    server = StreamServer(app, end_streams)
    listener = bind("127.0.0.1", 0)
    clocks = (loop.create_task(beat.run()), loop.create_task(expiry.run()))
    serving = loop.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 -- uvicorn has no event for it
        await asyncio.sleep(0.005)
    live = Live(listener.getsockname()[1], hub, writes, presence, app, server, serving)
    try:
        yield live
    finally:
        for gate in writes.gates.values():
            gate.set()
        for client in live.clients:
            client.close()
        server.should_exit = True
        await serving
        for clock in clocks:
            clock.cancel()
