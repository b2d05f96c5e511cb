"""One clock for the tokens of all streams: a stream ends with its token, and says so before.

A token's lifetime ends at a whole second of Unix time, so the streams wait in sets by the second.
"""

from __future__ import annotations

import asyncio
import math
import time

from shared.events import TOKEN_EXPIRING
from sse.framing import frame
from sse.stream import Stream

NOTICE = frame(TOKEN_EXPIRING.render(), None)
"""It has no id: each stream has its own, so nobody resumes from it."""


class Expiry:
    """Sends `token-expiring` to every stream before its token expires, and ends it then."""

    def __init__(self, notice_seconds: float) -> None:
        self._notice_seconds = notice_seconds
        self._notices: dict[int, set[Stream]] = {}
        self._ends: dict[int, set[Stream]] = {}

    def add(self, stream: Stream, *, issued: int, expires: int, now: float) -> int:
        """Begin; returns the second of the notice, which `remove` needs. Times are Unix times in seconds.

        A short-lived token is announced after half its life: a client that renews at once shouldn't go in circles.
        """
        notice = math.ceil(expires - min(self._notice_seconds, (expires - issued) / 2))
        self._ends.setdefault(expires, set()).add(stream)
        if notice <= now:
            stream.push(NOTICE)
        else:
            self._notices.setdefault(notice, set()).add(stream)
        return notice

    def remove(self, stream: Stream, *, notice: int, expires: int) -> None:
        """Stop."""
        for waiting, second in ((self._notices, notice), (self._ends, expires)):
            streams = waiting.get(second, set())
            streams.discard(stream)
            if not streams:
                waiting.pop(second, None)

    def advance(self, now: float) -> None:
        """Do everything that is due."""
        for stream in _due(self._notices, now):
            stream.push(NOTICE)
        for stream in _due(self._ends, now):
            stream.end()

    async def run(self) -> None:
        """Advance at every full second until cancelled."""
        while True:
            await asyncio.sleep(1 - time.time() % 1)
            self.advance(time.time())


def _due(waiting: dict[int, set[Stream]], now: float) -> list[Stream]:
    """Remove and return the streams of the seconds that have come."""
    return [stream for second in sorted(waiting) if second <= now for stream in waiting.pop(second)]
