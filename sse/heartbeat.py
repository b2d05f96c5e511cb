"""One clock for the heartbeats of all streams."""

from __future__ import annotations

import asyncio

from shared.events import PING
from sse.framing import frame
from sse.stream import Stream

SLOTS = 16
"""Streams are spread over this many moments of an interval, so that pings don't come in one burst."""

MAX_UNREAD_PINGS = 3
"""A client that leaves its frames unread for this many intervals is cut off."""


class Heartbeat:
    """Sends `ping` to every stream once per interval, without a timer per stream."""

    def __init__(self, interval_seconds: float) -> None:
        self._tick_seconds = interval_seconds / SLOTS
        self._slots: tuple[set[Stream], ...] = tuple(set() for _ in range(SLOTS))
        self._next_slot = 0
        self._ping = frame(PING.render(), None)

    def add(self, stream: Stream) -> int:
        """Begin; returns the slot, which `remove` needs."""
        self._next_slot = (self._next_slot + 1) % SLOTS
        self._slots[self._next_slot].add(stream)
        return self._next_slot

    def remove(self, stream: Stream, slot: int) -> None:
        """Stop."""
        self._slots[slot].discard(stream)

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            for slot in self._slots:
                await asyncio.sleep(self._tick_seconds)
                for stream in tuple(slot):
                    stream.ping(self._ping, MAX_UNREAD_PINGS)
