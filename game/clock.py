"""Steps at a fixed rate, and how punctual they are."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from game.physics import STEPS_PER_SECOND

MOST_BEHIND = 5
"""So many steps are made up for; what is missed beyond that is left out."""

LATENESS_MS = (1, 2, 5, 10, 20)


class Clock:
    """Calls `step` sixty times a second, each time by an absolute deadline: a late step makes no later one late."""

    def __init__(
        self,
        step: Callable[[], bool],
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`step` says whether anything is left to do; otherwise the clock stands until `wake`."""
        self._step = step
        self._now = now
        self._sleep = sleep
        self._awake = asyncio.Event()
        self.steps = 0
        self.skipped = 0
        """Steps that were left out."""
        self.late: Counter[int] = Counter()
        """Steps that were later than so many milliseconds."""

    def wake(self) -> None:
        """There is something to do."""
        self._awake.set()

    async def run(self) -> None:
        """Step for ever."""
        while True:
            await self._awake.wait()
            await self._run_until_idle()
            self._awake.clear()

    async def _run_until_idle(self) -> None:
        start, number, busy = self._now(), 0, True
        while busy:
            number += 1
            await self._sleep(max(0.0, start + number / STEPS_PER_SECOND - self._now()))
            late = self._now() - (start + number / STEPS_PER_SECOND)
            behind = int(late * STEPS_PER_SECOND)
            if behind > MOST_BEHIND:
                self.skipped += behind - MOST_BEHIND
                start += (behind - MOST_BEHIND) / STEPS_PER_SECOND
            self._count(late)
            busy = self._step()

    def _count(self, late: float) -> None:
        self.steps += 1
        for limit in LATENESS_MS:
            if late * 1000 <= limit:
                break
            self.late[limit] += 1
