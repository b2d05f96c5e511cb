"""Where the handlers run: threads of this process, and processes for the ones that hash passwords.

Hashing takes 20 ms of a processor. In processes of their own with lower priority, logins don't slow other requests
down: a thread with lower priority would, because it keeps Python's lock while it waits for a processor.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any, NoReturn

from infra.local.parent_death import die_with_parent
from infra.local.workers.handlers import invoke

MAX_WAITING = 512
"""Requests that may wait for a place in one pool."""

MAX_WAIT_SECONDS = 10.0

NICENESS = 10

log = logging.getLogger("edge.workers")


class NoWorker(Exception):
    """No place gets free for this request."""


class Pool:
    """Runs so many handlers at once; a bounded number of further requests waits for a place."""

    def __init__(self, executor: Executor, places: int) -> None:
        self._executor = executor
        self._places = asyncio.Semaphore(places)
        self._waiting = 0

    async def call(self, module: str, event: dict[str, Any]) -> Any:
        """Run an endpoint's handler; its return value. Raises NoWorker and FunctionFailed."""
        await self._take_place()
        try:
            running = asyncio.get_running_loop().run_in_executor(self._executor, invoke, module, event)
        except BrokenExecutor:
            _give_up()
        # The place is free when the handler is done, also when the caller has given up before.
        running.add_done_callback(lambda _: self._places.release())
        try:
            return await asyncio.shield(running)
        except BrokenExecutor:
            _give_up()

    def stop(self) -> None:
        """End the pool, once no handler runs. Left to the interpreter's exit, its processes may wait forever."""
        self._executor.shutdown()

    async def _take_place(self) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        if self._waiting >= MAX_WAITING:
            raise NoWorker("too many requests are waiting")
        self._waiting += 1
        try:
            async with asyncio.timeout(MAX_WAIT_SECONDS):
                await self._places.acquire()
        except TimeoutError:
            raise NoWorker("every worker is busy") from None
        finally:
            self._waiting -= 1


def thread_pool(count: int) -> Pool:
    """A pool of threads, for handlers that mostly wait for the database."""
    return Pool(ThreadPoolExecutor(count, "handler"), count)


def process_pool(count: int) -> Pool:
    """A pool of processes with lower priority, for handlers that hash passwords.

    They are forked at once: later this process has threads and connections, which a fork must not share.
    """
    executor = ProcessPoolExecutor(count, get_context("fork"), _begin_process, (os.getpid(),))
    executor.submit(os.getpid).result()
    return Pool(executor, count)


def _begin_process(parent: int) -> None:
    die_with_parent(signal.SIGKILL, parent)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.nice(NICENESS)


def _give_up() -> NoReturn:
    """End this process with its pool; Granian starts another one. See `process_pool`: here no fork is possible."""
    log.error("a process of the pool for passwords has ended: this worker ends as well")
    logging.shutdown()
    os._exit(1)
