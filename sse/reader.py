"""Drives the tail in a thread of its own and hands what it reads to the hub on the event loop."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from sse.hub import Hub
from sse.outbox import BrokenOutbox, Change, read_outbox
from sse.tail import Tail, Turn

log = logging.getLogger(__name__)

ATTENTIVE_SECONDS = 0.03
"""How long a quiet stream is left alone at most while somebody listens, if the shortest interval allows."""

DROWSY_SECONDS = 0.5
"""The same while nobody listens."""

SLOWING = 1.25
"""By how much the interval grows with each round that finds nothing."""


@dataclass(slots=True)
class Pace:
    """How long to wait between two rounds: short while events come, longer when none do.

    On AWS a shard allows five reads a second and the shortest interval is the longest as well; a local
    engine allows more, and then an idle stack shouldn't keep a processor busy.
    """

    shortest: float
    _interval: float = 0.0

    def after(self, *, found: bool, listeners: bool) -> float:
        """Seconds until the next round."""
        longest = max(self.shortest, ATTENTIVE_SECONDS if listeners else DROWSY_SECONDS)
        slower = max(self._interval, self.shortest) * SLOWING
        self._interval = self.shortest if found else min(slower, longest)
        return self._interval


@dataclass(frozen=True, slots=True)
class News:
    """What one round brought, ready for the hub."""

    changes: tuple[tuple[Change, str], ...]
    gap: bool
    several_shards: bool


class Reader:
    """Thread, tail and hub put together: `run` is the thread's work, the rest is for the event loop."""

    def __init__(
        self, tail: Tail, hub: Hub, *, poll_seconds: float, clock: Callable[[], float] = time.time
    ) -> None:
        self._tail = tail
        self._hub = hub
        self._pace = Pace(poll_seconds)
        self._clock = clock
        self._stopped = False
        self._stirred = threading.Event()
        self._loop = asyncio.get_running_loop()
        self.caught_up = asyncio.Event()
        """Set once everything from before the start is in the hub."""

    def stop(self) -> None:
        """Make `run` return soon."""
        self._stopped = True
        self._stirred.set()

    def stir(self) -> None:
        """Read now: somebody has begun to listen."""
        self._stirred.set()

    def run(self) -> None:
        """Read until stopped. Raises what the tail raises."""
        told = False
        while not self._stopped:
            turn = self._tail.turn(self._clock())
            if turn.found or turn.gap:
                # Waits until the hub has it: a flood is held back here instead of filling the memory.
                self._on_loop(self._publish, self._news(turn))
            if not told and self._tail.caught_up:
                told = True
                self._loop.call_soon_threadsafe(self.caught_up.set)
            wait = self._pace.after(found=turn.found, listeners=self._hub.stream_count > 0)
            if told or not turn.found:
                self._stirred.wait(wait)
                self._stirred.clear()

    def _news(self, turn: Turn) -> News:
        changes = []
        gap = turn.gap
        for batch in turn.batches:
            for record in batch.records:
                try:
                    change = read_outbox(record)
                except BrokenOutbox:
                    # Whom it was for can't be told: everybody has to look for themselves.
                    log.exception("an outbox item can't be read")
                    gap = True
                    continue
                if change is not None:
                    changes.append((change, batch.shard))
        return News(tuple(changes), gap, several_shards=self._tail.shard_count > 1)

    def _publish(self, news: News) -> None:
        now = self._clock()
        self._hub.several_shards |= news.several_shards
        if news.gap:
            log.warning("events may have been lost before they were read: clients are told to resync")
            self._hub.gap(now)
        for change, shard in news.changes:
            self._hub.publish(change, shard, now)

    def _on_loop(self, work: Callable[[News], None], news: News) -> None:
        done: Future[None] = Future()

        def call() -> None:
            try:
                work(news)
            except Exception as error:  # noqa: BLE001 -- raised in the thread that waits for it
                done.set_exception(error)
            else:
                done.set_result(None)

        self._loop.call_soon_threadsafe(call)
        done.result()
