"""The edge's end of the worker processes: hands each request to a free thread and brings the answer back."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from infra.local.children import last_line
from infra.local.worker import LENGTH, Pool

log = logging.getLogger("edge.pools")

MAX_WAITING = 512
"""Requests that may wait for a free thread of one pool."""

MAX_WAIT_SECONDS = 10.0

MAX_PARENT_DEATHS = 3
PARENT_DEATHS_WINDOW_SECONDS = 30.0

CONTROL_MESSAGE_BYTES = 512 * 1024


class WorkerDied(Exception):
    """The process that had the request ended before it answered: whether it changed anything is unknown."""


class NoWorker(Exception):
    """Nobody is free to take the request, and waiting longer is no use."""


class FunctionFailed(Exception):
    """The handler raised: what Lambda calls a function error."""


class Channel(asyncio.Protocol):
    """The connection to one thread of one worker; it has at most one request at a time."""

    __slots__ = ("_buffer", "_members", "_pending", "_transport")

    def __init__(self, members: Members) -> None:
        self._members = members
        self._buffer = bytearray()
        self._pending: asyncio.Future[bytes] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready for requests."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a fact about asyncio, for the types
        self._transport = transport
        self._members.joined(self)

    def request(self, message: bytes) -> asyncio.Future[bytes]:
        """Send a request; the future gets the answer, or WorkerDied."""
        assert self._transport is not None  # noqa: S101 - only joined channels are handed out
        self._pending = asyncio.get_running_loop().create_future()
        self._transport.write(LENGTH.pack(len(message)) + message)
        return self._pending

    def data_received(self, data: bytes) -> None:
        """Collect the answer; once it is whole this channel is free, whether or not somebody still waits."""
        self._buffer += data
        if len(self._buffer) < LENGTH.size:
            return
        end = LENGTH.size + LENGTH.unpack_from(self._buffer)[0]
        if len(self._buffer) < end:
            return
        answer = bytes(self._buffer[LENGTH.size : end])
        self._buffer.clear()
        pending, self._pending = self._pending, None
        if pending is not None and not pending.done():
            pending.set_result(answer)
        self._members.free(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The worker ended."""
        self._members.left(self)
        if self._pending is not None and not self._pending.done():
            self._pending.set_exception(WorkerDied(str(exc or "end of stream")))


class Members:
    """The channels of one pool. Free ones are used last in, first out, so that warm ones stay warm."""

    def __init__(self) -> None:
        self.all: set[Channel] = set()
        self._idle: list[Channel] = []
        self._waiting: deque[asyncio.Future[Channel]] = deque()

    def joined(self, channel: Channel) -> None:
        """A new worker thread is there."""
        self.all.add(channel)
        self.free(channel)

    def free(self, channel: Channel) -> None:
        """A worker thread has nothing to do: the request that has waited longest gets it."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(channel)
                return
        self._idle.append(channel)

    def left(self, channel: Channel) -> None:
        """A worker thread is gone."""
        self.all.discard(channel)
        if channel in self._idle:
            self._idle.remove(channel)

    async def take(self) -> Channel:
        """A free channel. Raises NoWorker when too many wait already or none gets free in time."""
        if self._idle:
            return self._idle.pop()
        if len(self._waiting) >= MAX_WAITING:
            raise NoWorker("too many requests are waiting")
        waiter: asyncio.Future[Channel] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        # wait() neither cancels the waiter nor loses its result when this task is cancelled meanwhile.
        try:
            await asyncio.wait((waiter,), timeout=MAX_WAIT_SECONDS)
        except asyncio.CancelledError:
            if waiter.done():
                self.free(waiter.result())
            waiter.cancel()
            raise
        if not waiter.done():
            waiter.cancel()
            raise NoWorker(f"no worker got free within {MAX_WAIT_SECONDS:g} s")
        return waiter.result()


class WorkerPools:
    """All pools, and the parent process that keeps their workers running."""

    def __init__(
        self, app: str, pools: list[Pool], log_file: Path, on_hopeless: Callable[[str], None]
    ) -> None:
        self._app = app
        self._pools = {pool.name: pool for pool in pools}
        self._members = {pool.name: Members() for pool in pools}
        self._log_file = log_file
        self._on_hopeless = on_hopeless
        self._deaths: deque[float] = deque(maxlen=MAX_PARENT_DEATHS)
        self._parent: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._routes: asyncio.Future[list[dict[str, Any]]] | None = None
        self._joining: set[asyncio.Task[Any]] = set()
        self._complete = asyncio.Event()
        self._stopping = False
        self.pids: dict[int, str] = {}
        """Every worker started so far -> its pool."""

    async def start(self) -> list[dict[str, Any]]:
        """Start the parent; returns the route table once every pool is complete."""
        self._routes = asyncio.get_running_loop().create_future()
        self._start_parent()
        routes = await self._routes
        await self._complete.wait()
        return routes

    @property
    def parent_pid(self) -> int:
        """The process that forks the workers."""
        assert self._parent is not None  # noqa: S101 - asked after start()
        return self._parent.pid

    async def call(self, pool: str, module: str, event: dict[str, Any]) -> Any:
        """Run an endpoint's handler on an event; its return value.

        Raises NoWorker, WorkerDied or FunctionFailed.
        """
        message = json.dumps({"module": module, "event": event}).encode()
        channel = await self._members[pool].take()
        answer = json.loads(await channel.request(message))
        if "error" in answer:
            raise FunctionFailed(answer["error"])
        return answer["response"]

    def stop(self) -> None:
        """End all workers at once; the kernel ends the forks with their parent."""
        self._stopping = True
        if self._parent is not None:
            self._parent.kill()
            self._parent.wait()

    def _start_parent(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        pools = json.dumps([asdict(pool) for pool in self._pools.values()])
        with theirs, self._log_file.open("ab") as output:
            self._parent = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "infra.local.worker",
                    str(os.getpid()),
                    str(theirs.fileno()),
                    self._app,
                    pools,
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self._control = ours
        asyncio.get_running_loop().add_reader(ours.fileno(), self._read_control)

    def _read_control(self) -> None:
        assert self._control is not None  # noqa: S101 - the reader exists only with it
        data, fds, _, _ = socket.recv_fds(self._control, CONTROL_MESSAGE_BYTES, 64)
        if not data:
            self._parent_ended()
            return
        message = json.loads(data)
        if "routes" in message:
            if self._routes is not None and not self._routes.done():
                self._routes.set_result(message["routes"])
            return
        self.pids[message["pid"]] = message["pool"]
        for fd in fds:
            task = asyncio.get_running_loop().create_task(
                self._join(message["pool"], socket.socket(fileno=fd))
            )
            self._joining.add(task)
            task.add_done_callback(self._joining.discard)

    async def _join(self, pool: str, connection: socket.socket) -> None:
        connection.setblocking(False)
        members = self._members[pool]
        await asyncio.get_running_loop().create_connection(lambda: Channel(members), sock=connection)
        if all(
            len(self._members[name].all) >= pool.processes * pool.threads
            for name, pool in self._pools.items()
        ):
            self._complete.set()

    def _parent_ended(self) -> None:
        assert self._control is not None  # noqa: S101 - see _read_control
        assert self._parent is not None  # noqa: S101 - it was there to end
        asyncio.get_running_loop().remove_reader(self._control.fileno())
        self._control.close()
        status = self._parent.wait()
        if self._stopping:
            return
        now = time.monotonic()
        self._deaths.append(now)
        hopeless = (
            len(self._deaths) == MAX_PARENT_DEATHS and now - self._deaths[0] < PARENT_DEATHS_WINDOW_SECONDS
        )
        if status > 0 or hopeless:
            # It gave up by itself (the app can't be imported, the workers keep dying), or keeps being killed.
            reason = last_line(self._log_file)
            self._on_hopeless(f"the handler workers can't run: {reason} ({self._log_file})")
            return
        log.warning("the workers' parent ended with status %d: starting it again", status)
        self._start_parent()
