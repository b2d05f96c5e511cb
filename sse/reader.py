"""Polls the tail in a thread of its own and hands the events to the hub on the event loop."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from shared.metrics import emit
from sse.hub import Hub
from sse.measures import Delays
from sse.outbox import BrokenOutbox, OutboxItem, read_outbox
from sse.tail import Poll, Tail

log = logging.getLogger(__name__)

BUSY_SECONDS = 0.03
"""The longest interval between two polls while clients listen, unless the shortest one is longer."""

IDLE_SECONDS = 0.5
"""The same while no client listens."""

GROWTH = 1.25
"""The interval grows by this factor with each poll that finds nothing."""


@dataclass(slots=True)
class Pace:
    """The interval between two polls: short while events come, longer when none do.

    On AWS a shard allows five reads a second, and the shortest interval is the longest as well. A local engine allows
    more reads, but an idle stack shouldn't keep a processor busy.
    """

    shortest: float
    _interval: float = 0.0

    def next_wait(self, *, found: bool, listeners: bool) -> float:
        """Seconds until the next poll."""
        longest = max(self.shortest, BUSY_SECONDS if listeners else IDLE_SECONDS)
        slower = max(self._interval, self.shortest) * GROWTH
        self._interval = self.shortest if found else min(slower, longest)
        return self._interval


class Reader:
    """`run` is the work of the reading thread. The other methods belong to the event loop."""

    def __init__(
        self,
        tail: Tail,
        hub: Hub,
        *,
        poll_seconds: float,
        delays: Delays | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._tail = tail
        self._hub = hub
        self._pace = Pace(poll_seconds)
        self._delays = delays or Delays()
        self._clock = clock
        self._stopped = False
        self._woken = threading.Event()
        self._loop = asyncio.get_running_loop()
        self.caught_up = asyncio.Event()
        """Set once every event from before the start is in the hub."""

    def stop(self) -> None:
        """Make `run` return soon."""
        self._stopped = True
        self._woken.set()

    def wake(self) -> None:
        """Poll now: a client has begun to listen."""
        self._woken.set()

    def run(self) -> None:
        """Poll until stopped. Raises the errors of the tail and of the hub."""
        caught_up = False
        while not self._stopped:
            poll = self._tail.poll(self._clock())
            if poll.batches or poll.gap:
                # Waits until the hub has the events: a flood is held back here instead of filling the memory.
                self._on_loop(self._read_items(poll))
            if not caught_up and self._tail.caught_up:
                caught_up = True
                self._loop.call_soon_threadsafe(self.caught_up.set)
            wait = self._pace.next_wait(found=bool(poll.batches), listeners=self._hub.stream_count > 0)
            if caught_up or not poll.batches:
                self._woken.wait(wait)
                self._woken.clear()

    def _read_items(self, poll: Poll) -> Callable[[], None]:
        """Read the outbox items in this thread; returns the hub's part of the work."""
        items: list[tuple[OutboxItem, str]] = []
        gap = poll.gap
        for batch in poll.batches:
            for record in batch.records:
                try:
                    item = read_outbox(record)
                except BrokenOutbox:
                    # Its receivers are unknown: every client has to fetch the state anew.
                    log.exception("an outbox item can't be read")
                    gap = True
                    continue
                if item is not None:
                    items.append((item, batch.shard))
        several_shards = self._tail.shard_count > 1

        def publish() -> None:
            now = self._clock()
            self._hub.several_shards |= several_shards
            if gap:
                log.warning("events may have been lost before they were read: clients are told to resync")
                self._hub.resync_all(now)
                emit({"EventsLost": 1})
            for item, shard in items:
                self._hub.publish(item, shard, now)
                if self.caught_up.is_set():  # what a start reads again is old
                    self._delays.add(now - item.committed)

        return publish

    def _on_loop(self, work: Callable[[], None]) -> None:
        """Run the work on the event loop, wait for its end, and raise its error here."""
        done: Future[None] = Future()

        def call() -> None:
            try:
                work()
            except Exception as error:  # noqa: BLE001 -- raised in the thread that waits for it
                done.set_exception(error)
            else:
                done.set_result(None)

        self._loop.call_soon_threadsafe(call)
        done.result()
