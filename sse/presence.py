"""Who is here: tells the table when a user's first stream on this container opens and the last has closed.

Writes block, so they run in a small pool of threads; those of one user happen one after the other, and what
they write is what holds when they run, not when they were asked for. A write that fails is tried again until
it succeeds. Everything but the writes themselves happens on the event loop.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from sse.tail import back_off

log = logging.getLogger(__name__)

Result = TypeVar("Result")

RELEASING_THREADS = 16


class PresenceUnavailable(Exception):
    """The user's presence can't be written at the moment; the client may try again."""


class PresenceWrites(Protocol):
    """The use cases that write presence (shared/usecases/accounts/presence.py); they block."""

    def come_online(self, user_id: int, container: str) -> bool:
        """The user has a stream on the container. False: no such user."""
        ...

    def go_offline(self, user_id: int, container: str) -> None:
        """The user has no stream on the container any more."""
        ...

    def renew_lease(self, container: str) -> list[str]:
        """The container is alive; returns the ids of those whose lease has ended."""
        ...

    def reap(self, container: str) -> None:
        """Clear what a dead container has left."""
        ...

    def release(self, container: str) -> None:
        """The container stops: all its users go at once."""
        ...


class _Visitor:
    """A user as this container knows them. `written`: the table has them here, as far as we know."""

    __slots__ = ("failures", "leaves_at", "lock", "streams", "written")

    def __init__(self) -> None:
        self.streams = 0
        self.written = False
        self.leaves_at: float | None = None
        self.failures = 0
        self.lock = asyncio.Lock()


class Presence:
    """The presence of all users on one container. `arrive` and `depart` come in pairs."""

    def __init__(
        self,
        writes: PresenceWrites,
        container: str,
        *,
        grace_seconds: float,
        lease_seconds: float,
        threads: int = 4,
    ) -> None:
        self._writes = writes
        self._container = container
        self._grace_seconds = grace_seconds
        self._lease_seconds = lease_seconds
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="presence")
        self._visitors: dict[int, _Visitor] = {}
        self._departures: list[tuple[float, int]] = []
        self._sooner = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._renewed_at = 0.0
        self._reaping: set[str] = set()
        self._stopping = False

    @property
    def user_count(self) -> int:
        """Users with a stream, or within the grace after their last one."""
        return len(self._visitors)

    async def start(self) -> None:
        """Take the lease: without one nobody counts as online. Raises what the write raises."""
        await self._renew()
        self._spawn(self._keep_lease())
        self._spawn(self._watch_departures())

    async def arrive(self, user_id: int) -> bool:
        """A stream of the user opens; True once the table says that they are online, False: no such user.

        After False or PresenceUnavailable there is nothing to `depart` from.
        """
        if self._stopping:
            raise PresenceUnavailable("stopping")
        visitor = self._visitors.setdefault(user_id, _Visitor())
        visitor.streams += 1
        try:
            async with visitor.lock:
                if not visitor.written:
                    visitor.written = await self._run(self._writes.come_online, user_id, self._container)
        except Exception as error:
            log.exception("user=%s come_online failed", user_id)
            # It may have been written all the same (a time-out), so it has to be taken back.
            visitor.written = True
            self.depart(user_id)
            raise PresenceUnavailable from error
        if not visitor.written:
            visitor.streams -= 1
            self._forget_if_gone(user_id, visitor)
        return visitor.written

    def depart(self, user_id: int) -> None:
        """A stream of the user closed; they go offline after the grace, unless they come back."""
        visitor = self._visitors[user_id]
        visitor.streams -= 1
        if visitor.streams == 0:
            self._leave_in(user_id, visitor, self._grace_seconds)

    async def stop(self, *, release: bool) -> None:
        """End all work. With `release` the users and the lease go at once, else when the lease ends.

        Stopping again does nothing.
        """
        if self._stopping:
            return
        self._stopping = True
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Writes under way end first: one that came after the release would never be cleared.
        await asyncio.to_thread(self._pool.shutdown)
        if release:
            try:
                await asyncio.to_thread(self._release)
            except Exception:
                log.exception("release failed; the lease of %s ends by itself", self._container)

    def _release(self) -> None:
        """Users several at a time, since the orchestrator doesn't wait for long; then whatever is left."""
        here = [user_id for user_id, visitor in self._visitors.items() if visitor.written]
        pool = ThreadPoolExecutor(RELEASING_THREADS)
        try:
            for going in [pool.submit(self._writes.go_offline, user, self._container) for user in here]:
                going.result()
        finally:
            # Where one fails so will the others; the end of the lease makes up for it.
            pool.shutdown(cancel_futures=True)
        self._writes.release(self._container)

    def _leave_in(self, user_id: int, visitor: _Visitor, seconds: float) -> None:
        visitor.leaves_at = asyncio.get_running_loop().time() + seconds
        heapq.heappush(self._departures, (visitor.leaves_at, user_id))
        if self._departures[0] == (visitor.leaves_at, user_id):
            self._sooner.set()

    async def _watch_departures(self) -> None:
        """One timer for everybody: sleeps until the next departure is due."""
        loop = asyncio.get_running_loop()
        while True:
            self._sooner.clear()
            while self._departures and self._departures[0][0] <= loop.time():
                due, user_id = heapq.heappop(self._departures)
                visitor = self._visitors.get(user_id)
                if visitor is not None and visitor.leaves_at == due:
                    self._spawn(self._leave(user_id, visitor))
            wait = self._departures[0][0] - loop.time() if self._departures else None
            try:
                async with asyncio.timeout(wait):
                    await self._sooner.wait()
            except TimeoutError:
                continue

    async def _leave(self, user_id: int, visitor: _Visitor) -> None:
        async with visitor.lock:
            if visitor.streams > 0:
                return  # came back in the meantime, and is still written
            try:
                await self._run(self._writes.go_offline, user_id, self._container)
                visitor.written = False
                visitor.failures = 0
            except Exception:
                wait = back_off(visitor.failures)
                visitor.failures += 1
                log.exception("user=%s go_offline failed, again in %.1f s", user_id, wait)
                if visitor.streams == 0:
                    self._leave_in(user_id, visitor, wait)
                return
        self._forget_if_gone(user_id, visitor)

    def _forget_if_gone(self, user_id: int, visitor: _Visitor) -> None:
        # Whoever waits for the lock has been counted in `streams`.
        if visitor.streams == 0 and not visitor.written and self._visitors.get(user_id) is visitor:
            del self._visitors[user_id]

    async def _keep_lease(self) -> None:
        failures = 0
        while True:
            await asyncio.sleep(self._lease_seconds / 3 if not failures else back_off(failures - 1))
            try:
                await self._renew()
                failures = 0
            except Exception:
                failures += 1
                log.exception("renewing the lease of %s failed", self._container)

    async def _renew(self) -> None:
        now = asyncio.get_running_loop().time()
        dead = await self._run(self._writes.renew_lease, self._container)
        lapsed = 0.0 < self._renewed_at < now - self._lease_seconds
        self._renewed_at = now
        if lapsed:
            log.warning("the lease of %s had ended: writing its users again", self._container)
            for user_id, visitor in list(self._visitors.items()):
                self._spawn(self._write_again(user_id, visitor))
        for container in dead:
            if container not in self._reaping:
                self._reaping.add(container)
                self._spawn(self._reap(container))

    async def _reap(self, container: str) -> None:
        """Our lease is renewed meanwhile, however long it takes; if it fails the next renewal finds it."""
        log.info("container=%s its lease has ended, clearing its users", container)
        try:
            await self._run(self._writes.reap, container)
        except Exception:
            log.exception("container=%s could not be cleared", container)
        finally:
            self._reaping.discard(container)

    async def _write_again(self, user_id: int, visitor: _Visitor) -> None:
        """Others may have cleared this container's users while its lease was over."""
        failures = 0
        done = False
        while visitor.streams > 0 and not done:
            try:
                async with visitor.lock:
                    if visitor.streams > 0:
                        await self._run(self._writes.come_online, user_id, self._container)
                done = True
            except Exception:
                log.exception("user=%s come_online failed", user_id)
                await asyncio.sleep(back_off(failures))
                failures += 1

    async def _run(self, write: Callable[..., Result], *arguments: object) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, write, *arguments)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
