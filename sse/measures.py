"""What the container reports once a minute: open streams, the reader's lag, the delay of events."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping, Sequence

from shared.metrics import MOST_VALUES, emit
from sse.hub import Hub
from sse.tail import Tail

MINUTE = 60.0

AFTER_THE_MINUTE = 0.5
"""Seconds. A timer that is a bit early still falls into the new minute: every container reports once in each."""


class Delays:
    """A sample of the delays since the last report: as many as a line takes, each delay as likely as any other."""

    def __init__(self) -> None:
        self._sample: list[float] = []
        self._seen = 0

    def add(self, seconds: float) -> None:
        """Count the delay of one change's events (Vitter's algorithm R)."""
        self._seen += 1
        delay = round(max(0.0, seconds) * 1000, 1)
        if len(self._sample) < MOST_VALUES:
            self._sample.append(delay)
        elif (place := random.randrange(self._seen)) < MOST_VALUES:
            self._sample[place] = delay

    def take(self) -> list[float]:
        """The sample in milliseconds; the next one begins."""
        taken, self._sample, self._seen = self._sample, [], 0
        return taken


def measures(hub: Hub, tail: Tail, delays: Delays, now: float) -> Mapping[str, float | Sequence[float]]:
    """The values of one report."""
    values: dict[str, float | Sequence[float]] = {
        "StreamsOpen": hub.stream_count,
        "ReaderLag": round(max(0.0, now - tail.read_until) * 1000),
    }
    if sample := delays.take():
        values["EventDelay"] = sample
    return values


async def report(hub: Hub, tail: Tail, delays: Delays) -> None:
    """Report at each minute, for ever."""
    while True:
        await asyncio.sleep(MINUTE - time.time() % MINUTE + AFTER_THE_MINUTE)
        emit(measures(hub, tail, delays, time.time()))
