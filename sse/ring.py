"""The recent events of one user, from which a client that reconnects gets the ones it missed.

Order between shards. Each process reads the shards in a relative order of its own. An id that one process has
delivered may stand, in the ring of another process, behind events of other shards that the client hasn't seen. A
replay therefore starts with the events of *other* shards committed up to the skew before the id's own event: it
repeats events rather than lose one. With a single shard it is exact.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """An event, or an anchor: an id without an event (empty frame), from which a client can resume."""

    id: str
    frame: bytes
    shard: str
    """The shard that the event was read from; empty for an anchor, which only this process knows."""
    committed: float


class Ring:
    """Entries in the order of arrival. Times are Unix times in seconds."""

    __slots__ = ("dropped_until", "entries")

    def __init__(self, dropped_until: float) -> None:
        self.entries: list[Entry] = []
        self.dropped_until = dropped_until
        """Commit time of the latest event that may be missing at the front."""

    def missed(self, last_id: str, *, overlap_seconds: float, covered_since: float) -> list[Entry] | None:
        """The entries that a client with this last id lacks; None if the ring can't tell all of them.

        `overlap_seconds`: how long before the last id's event the events of other shards are repeated; 0 with a
        single shard. `covered_since`: events committed earlier may never have been read.
        """
        index = self._find(last_id)
        if index is None:
            return None
        last, newer = self.entries[index], self.entries[index + 1 :]
        if not last.shard or not overlap_seconds:
            return newer
        since = last.committed - overlap_seconds
        if max(self.dropped_until, covered_since) >= since:
            return None
        others = [
            entry for entry in self.entries[:index] if entry.shard != last.shard and entry.committed >= since
        ]
        return others + newer

    def trim(self, *, horizon: float, skew_seconds: float, max_entries: int) -> None:
        """Drop entries committed before the horizon, and the oldest ones beyond the maximum.

        A client holds its last id until the next event comes, however old the id is. One entry before the horizon
        therefore stays, with the entries up to the skew before it that a replay may repeat.
        """
        entries = self.entries
        oldest = 0
        while oldest + 1 < len(entries) and entries[oldest + 1].committed < horizon:
            oldest += 1
        needed = entries[oldest].committed - skew_seconds
        expired = 0
        while expired < oldest and entries[expired].committed < needed:
            expired += 1
        self._drop(max(expired, len(entries) - max_entries))

    def clear(self, now: float) -> None:
        """Forget everything."""
        self.entries.clear()
        self.dropped_until = now

    def _find(self, event_id: str) -> int | None:
        for index in range(len(self.entries) - 1, -1, -1):
            if self.entries[index].id == event_id:
                return index
        return None

    def _drop(self, count: int) -> None:
        if count > 0:
            self.dropped_until = max(self.dropped_until, *(entry.committed for entry in self.entries[:count]))
            del self.entries[:count]
