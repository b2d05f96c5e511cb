"""Tells the table when a user's first stream on this container opens, and when the last one has closed.

Writes block, so they run in a small pool of threads. Those of one user happen one after the other, and each writes the
state at the time it runs, not at the time it was asked for. A failed write is repeated until it succeeds. Everything
but the writes happens on the event loop.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from shared.domain.accounts.tokens import Claims
from shared.domain.errors import TokenUserNotFound, Unauthenticated
from sse.batches import Batches
from sse.presence_writes import PresenceWrites
from sse.tail import back_off

log = logging.getLogger(__name__)

Result = TypeVar("Result")

RELEASING_THREADS = 16

TOGETHER = 25
"""Users of one transaction: two items each, and a transaction has at most 100."""


class PresenceUnavailable(Exception):
    """The user's presence can't be written at the moment; the client may try again."""


class _User:
    """A user with streams on this container, or within the grace after the last one."""

    __slots__ = ("failures", "lock", "offline_at", "streams", "written")

    def __init__(self) -> None:
        self.streams = 0
        self.written = False
        """Whether the table has the user on this container, as far as we know."""
        self.offline_at: float | None = None
        self.failures = 0
        self.lock = asyncio.Lock()


class Presence:
    """The presence of all users on one container. Every `connect` that returns True needs a `disconnect`."""

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
        self._admissions = Batches(self._check_tokens, most=TOGETHER, at_once=threads)
        self._arrivals = Batches(self._write_online, most=TOGETHER, at_once=threads)
        self._users: dict[int, _User] = {}
        self._due: list[tuple[float, int]] = []
        """When which user goes offline: a heap."""
        self._due_sooner = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._renewed_at = 0.0
        self._reaping: set[str] = set()
        self._stopping = False

    @property
    def user_count(self) -> int:
        """The number of users with a stream, or within the grace after their last one."""
        return len(self._users)

    def streams_of(self, user_id: int) -> int:
        """The number of a user's streams, those that are just opening included."""
        user = self._users.get(user_id)
        return user.streams if user else 0

    async def start(self) -> None:
        """Take the lease: without one no user counts as online. Raises the error of the write."""
        await self._renew()
        self._spawn(self._keep_lease())
        self._spawn(self._watch_due())

    async def admit(self, token: Claims) -> None:
        """Check that user and session of a token are there. Raises Unauthenticated, PresenceUnavailable."""
        if self._stopping:
            raise PresenceUnavailable("stopping")
        try:
            refusal = await self._admissions.call(token)
        except Exception as error:
            log.exception("user=%s could not be read", token.user_id)
            raise PresenceUnavailable from error
        if refusal is not None:
            raise refusal

    async def connect(self, user_id: int) -> bool:
        """A stream of the user opens. True once the table says that they are online; False: no such user.

        Raises PresenceUnavailable.
        """
        if self._stopping:
            raise PresenceUnavailable("stopping")
        user = self._users.setdefault(user_id, _User())
        user.streams += 1
        try:
            async with user.lock:
                if not user.written:
                    await self._arrivals.call(user_id)
                    user.written = True
        except TokenUserNotFound:
            user.streams -= 1
            self._forget_if_gone(user_id, user)
            return False
        except Exception as error:
            log.exception("user=%s come_online failed", user_id)
            # After a time-out it may be written all the same, so it has to be taken back.
            user.written = True
            self.disconnect(user_id)
            raise PresenceUnavailable from error
        return True

    def disconnect(self, user_id: int) -> None:
        """A stream of the user closed. After the last one they go offline, unless they reconnect within the grace."""
        user = self._users[user_id]
        user.streams -= 1
        if user.streams == 0:
            self._go_offline_in(user_id, user, self._grace_seconds)

    async def stop(self, *, release: bool) -> None:
        """End all work. With `release` users and lease go at once, otherwise when the lease ends.

        Stopping again does nothing.
        """
        if self._stopping:
            return
        self._stopping = True
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Writes under way end first: the release would miss a user that is written after it.
        await asyncio.to_thread(self._pool.shutdown)
        await self._arrivals.finish()
        if release:
            try:
                await asyncio.to_thread(self._release)
            except Exception:
                log.exception("release failed; the lease of %s ends by itself", self._container)

    def _release(self) -> None:
        """Users go several at a time, since the orchestrator doesn't wait for long; then the rest goes."""
        here = [user_id for user_id, user in self._users.items() if user.written]
        pool = ThreadPoolExecutor(RELEASING_THREADS)
        try:
            for going in [pool.submit(self._writes.go_offline, user_id, self._container) for user_id in here]:
                going.result()
        finally:
            # After one failure the others would fail too; the end of the lease makes up for it.
            pool.shutdown(cancel_futures=True)
        self._writes.release(self._container)

    def _go_offline_in(self, user_id: int, user: _User, seconds: float) -> None:
        user.offline_at = asyncio.get_running_loop().time() + seconds
        heapq.heappush(self._due, (user.offline_at, user_id))
        if self._due[0] == (user.offline_at, user_id):
            self._due_sooner.set()

    async def _watch_due(self) -> None:
        """One timer for all users: sleeps until the next one is due."""
        loop = asyncio.get_running_loop()
        while True:
            self._due_sooner.clear()
            while self._due and self._due[0][0] <= loop.time():
                due, user_id = heapq.heappop(self._due)
                user = self._users.get(user_id)
                if user is not None and user.offline_at == due:
                    self._spawn(self._go_offline(user_id, user))
            wait = self._due[0][0] - loop.time() if self._due else None
            try:
                async with asyncio.timeout(wait):
                    await self._due_sooner.wait()
            except TimeoutError:
                continue

    async def _go_offline(self, user_id: int, user: _User) -> None:
        async with user.lock:
            if user.streams > 0:
                return  # reconnected in the meantime, and is still written
            try:
                await self._run(self._writes.go_offline, user_id, self._container)
                user.written = False
                user.failures = 0
            except Exception:
                wait = back_off(user.failures)
                user.failures += 1
                log.exception("user=%s go_offline failed, again in %.1f s", user_id, wait)
                if user.streams == 0:
                    self._go_offline_in(user_id, user, wait)
                return
        self._forget_if_gone(user_id, user)

    def _forget_if_gone(self, user_id: int, user: _User) -> None:
        # A connection that waits for the lock is already counted in `streams`.
        if user.streams == 0 and not user.written and self._users.get(user_id) is user:
            del self._users[user_id]

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
            for user_id, user in list(self._users.items()):
                self._spawn(self._write_again(user_id, user))
        for container in dead:
            if container not in self._reaping:
                self._reaping.add(container)
                self._spawn(self._reap(container))

    async def _reap(self, container: str) -> None:
        """Runs beside the renewals of our own lease. After a failure the next renewal reports the container again."""
        log.info("container=%s its lease has ended, clearing its users", container)
        try:
            await self._run(self._writes.reap, container)
        except Exception:
            log.exception("container=%s could not be cleared", container)
        finally:
            self._reaping.discard(container)

    async def _write_again(self, user_id: int, user: _User) -> None:
        """Another container may have cleared our users while our lease was over."""
        failures = 0
        done = False
        while user.streams > 0 and not done:
            try:
                async with user.lock:
                    if user.streams > 0:
                        await self._arrivals.call(user_id)
                done = True
            except Exception:
                log.exception("user=%s come_online failed", user_id)
                await asyncio.sleep(back_off(failures))
                failures += 1

    async def _check_tokens(self, tokens: Sequence[Claims]) -> list[Unauthenticated | None]:
        return await self._run(self._writes.admit, tokens)

    async def _write_online(self, user_ids: Sequence[int]) -> list[None]:
        await self._run(self._writes.come_online, user_ids, self._container)
        return [None] * len(user_ids)

    async def _run(self, write: Callable[..., Result], *arguments: object) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, write, *arguments)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
