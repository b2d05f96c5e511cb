"""Calls to the table that come at the same time go together.

After a restart all clients come back at once. One by one each of them costs a request to the table; together they cost
one for a whole batch. A call that comes alone goes at once: it waits for others only while all places are taken.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice
from typing import Generic, TypeVar

from shared.domain.errors import DomainError

Argument = TypeVar("Argument")
Result = TypeVar("Result")


class Batches(Generic[Argument, Result]):
    """Gives the arguments of several calls to one function, which answers them in the same order.

    If the function raises a DomainError, one of the arguments may be the cause: each of them then goes alone. Every
    other error is the error of all calls of the batch.
    """

    def __init__(
        self,
        answer: Callable[[Sequence[Argument]], Awaitable[Sequence[Result]]],
        *,
        most: int,
        at_once: int,
    ) -> None:
        """`most`: arguments of a batch. `at_once`: batches that run at the same time."""
        self._answer = answer
        self._most = most
        self._places = at_once
        self._waiting: deque[tuple[Argument, asyncio.Future[Result]]] = deque()
        self._running: set[asyncio.Task[None]] = set()

    async def call(self, argument: Argument) -> Result:
        """The answer to one argument; raises the function's error."""
        answered: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((argument, answered))
        self._begin()
        return await answered

    async def finish(self) -> None:
        """Wait for the batches that run."""
        await asyncio.gather(*self._running)

    def _begin(self) -> None:
        while self._waiting and len(self._running) < self._places:
            batch = list(islice(self._waiting, self._most))
            for _ in batch:
                self._waiting.popleft()
            task = asyncio.get_running_loop().create_task(self._run(batch))
            self._running.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._begin()

    async def _run(self, batch: list[tuple[Argument, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._answer([argument for argument, _ in batch])
        except DomainError as error:
            if len(batch) > 1:
                for each in batch:
                    await self._run([each])
            else:
                _fail(batch, error)
        except Exception as error:  # noqa: BLE001 -- the callers raise it
            _fail(batch, error)
        else:
            for (_, answered), result in zip(batch, results, strict=True):
                if not answered.done():
                    answered.set_result(result)


def _fail(batch: list[tuple[Argument, asyncio.Future[Result]]], error: Exception) -> None:
    for _, answered in batch:
        if not answered.done():
            answered.set_exception(error)
