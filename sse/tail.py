"""Reads the table's stream: every record of every shard, parents before their children.

`Tail.poll` does one round of reads and returns. It keeps no thread and asks no clock, so tests script both the stream
and the time. Records may come more than once (an iterator is reopened, a process restarts): the hub drops repeats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sse.shards import (
    DataTrimmed,
    IteratorExpired,
    Page,
    Position,
    Shard,
    ShardMissing,
    StreamClient,
    StreamRecord,
    StreamUnavailable,
)

FULLY_READ = "end"
"""In positions: the shard is closed and was read completely."""

NOTHING_READ = ""
"""In positions: the shard is known, but none of its records was read yet."""

EMPTY_READS_WHEN_CAUGHT_UP = 2
"""After this many reads without records in a row, a shard counts as caught up.

A guess, because the service doesn't tell. When it is wrong, a restarted process delivers records as live events that
clients expected in its rings.
"""

FIRST_BACK_OFF_SECONDS = 0.2
MAX_BACK_OFF_SECONDS = 5.0


class StreamStalled(Exception):
    """The stream was unreadable for so long that going on would break promises: the process has to start anew."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where to begin: positions of shards as in `Tail.positions`; other shards of the first listing begin at
    `otherwise`. Shards that appear later begin at their oldest record, always.
    """

    positions: Mapping[str, str] = field(default_factory=dict)
    otherwise: Position = "horizon"
    covered_since: float = 0.0
    """Events committed later will all be read (Unix time in seconds)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one shard, in its order."""

    shard: str
    records: tuple[StreamRecord, ...]


@dataclass(slots=True)
class Poll:
    """The result of one round of reads. `gap`: records before these batches may be lost."""

    batches: list[Batch] = field(default_factory=list)
    gap: bool = False


@dataclass(slots=True)
class _Cursor:
    """How far one shard was read."""

    shard: Shard
    position: Position
    sequence: str | None = None
    iterator: str | None = None
    empty_reads: int = 0
    newest: float = 0.0
    failures: int = 0
    failing_since: float = 0.0
    retry_at: float = 0.0
    read_until: float = 0.0
    """All records created earlier were read; 0 before the first read."""

    def caught_up(self, began: float) -> bool:
        return self.empty_reads >= EMPTY_READS_WHEN_CAUGHT_UP or self.newest >= began


Outcome = Page | Exception
Map = Callable[[Callable[[_Cursor], Outcome], Iterable[_Cursor]], Iterator[Outcome]]
"""The signature of `map`. The `map` of a thread pool reads several shards at once."""


class Tail:
    """Follows one stream from a start. One thread at a time may call `poll`."""

    def __init__(
        self,
        client: StreamClient,
        start: Start,
        *,
        began: float,
        listing_seconds: float = 15.0,
        stall_seconds: float = 25.0,
        map_shards: Map = map,
    ) -> None:
        """`began`: now. All records created earlier have to be read before the tail has caught up.

        `stall_seconds`: how long the list or a shard may be unreadable. It must be shorter than the skew between
        shards that the hub allows for, because the other shards go on meanwhile.
        """
        self._client = client
        self._start = start
        self._began = began
        self._listing_seconds = listing_seconds
        self._stall_seconds = stall_seconds
        self._map_shards = map_shards
        self._cursors: dict[str, _Cursor] = {}
        self._finished: set[str] = set()
        self._listed_once = False
        self._list_at = began
        self._list_failures = 0
        self._list_failing_since = began
        self._readable_at = began
        self._moved = False
        self.positions: Mapping[str, str] = dict(start.positions)
        """How far every shard was read, for a `Start`. Replaced, never changed: any thread may keep it."""
        self.read_until = began
        """All records created earlier were read, in every shard. Any thread may ask."""

    @property
    def shard_count(self) -> int:
        """The number of known shards, closed ones included."""
        return len(self._cursors) + len(self._finished)

    @property
    def caught_up(self) -> bool:
        """Whether every record from before the start was read, as far as one can tell."""
        return self._listed_once and all(
            cursor.caught_up(self._began) and not self._waits_for_parent(cursor)
            for cursor in self._cursors.values()
        )

    def poll(self, now: float) -> Poll:
        """Read every due shard once. `now` is in seconds and only compared with itself and `began`.

        Raises StreamStalled.
        """
        result = Poll()
        if now >= self._list_at:
            self._list(now)
        due = [
            cursor
            for cursor in self._cursors.values()
            if not self._waits_for_parent(cursor) and now >= cursor.retry_at
        ]
        for cursor, outcome in zip(due, self._map_shards(self._read, due), strict=True):
            self._apply(cursor, outcome, result, now)
        if self._cursors:
            self._readable_at = now
        elif now - self._readable_at > self._stall_seconds:
            raise StreamStalled("the stream has no open shard any more")
        if self._moved:
            self._moved = False
            self.positions = self._positions()
        until = [cursor.read_until for cursor in self._cursors.values() if cursor.read_until]
        self.read_until = min(until, default=now)
        return result

    def _waits_for_parent(self, cursor: _Cursor) -> bool:
        """Whether the parent has unread records, which come first."""
        return cursor.shard.parent in self._cursors

    def _read(self, cursor: _Cursor) -> Outcome:
        """Runs in any thread: changes nothing but the cursor's iterator."""
        try:
            if cursor.iterator is None:
                cursor.iterator = self._client.open(cursor.shard.id, cursor.position, cursor.sequence)
            return self._client.read(cursor.iterator)
        except (IteratorExpired, DataTrimmed, ShardMissing, StreamUnavailable) as error:
            return error

    def _apply(self, cursor: _Cursor, outcome: Outcome, result: Poll, now: float) -> None:
        if isinstance(outcome, Page):
            self._advance(cursor, outcome, result, now)
        elif isinstance(outcome, IteratorExpired):
            cursor.iterator = None
            # An iterator at the end of a shard that read nothing: its place can't be found again.
            result.gap |= cursor.sequence is None and cursor.position == "latest"
        elif isinstance(outcome, DataTrimmed):
            cursor.iterator = cursor.sequence = None
            cursor.position = "horizon"
            self._moved = True
            result.gap = True
        elif isinstance(outcome, ShardMissing):
            self._finish(cursor, now)
            result.gap = True
        else:
            self._retry_later(cursor, outcome, now)

    def _advance(self, cursor: _Cursor, page: Page, result: Poll, now: float) -> None:
        cursor.failures = 0
        cursor.iterator = page.next
        if page.records:
            self._moved = True
            cursor.empty_reads = 0
            cursor.sequence = page.records[-1].sequence
            cursor.newest = max(cursor.newest, page.records[-1].created)
            cursor.read_until = max(cursor.read_until, cursor.newest)
            result.batches.append(Batch(cursor.shard.id, page.records))
        else:
            cursor.empty_reads += 1
            cursor.read_until = now
        if page.next is None:
            self._finish(cursor, now)

    def _finish(self, cursor: _Cursor, now: float) -> None:
        del self._cursors[cursor.shard.id]
        self._finished.add(cursor.shard.id)
        self._moved = True
        self._list_at = min(self._list_at, now)  # it has children, mostly

    def _retry_later(self, cursor: _Cursor, error: Exception, now: float) -> None:
        if cursor.failures == 0:
            cursor.failing_since = now
        elif now - cursor.failing_since > self._stall_seconds:
            raise StreamStalled(f"shard {cursor.shard.id} can't be read: {error}") from error
        cursor.retry_at = now + back_off(cursor.failures)
        cursor.failures += 1

    def _list(self, now: float) -> None:
        try:
            shards = list(self._all_shards())
        except (StreamUnavailable, ShardMissing) as error:
            if self._list_failures == 0:
                self._list_failing_since = now
            elif now - self._list_failing_since > self._stall_seconds:
                raise StreamStalled(f"the stream's shards can't be listed: {error}") from error
            self._list_at = now + back_off(self._list_failures)
            self._list_failures += 1
            self._readable_at = now
            return
        self._list_failures = 0
        for shard in shards:
            if shard.id not in self._cursors and shard.id not in self._finished:
                self._discover(shard)
        gone = self._finished - {shard.id for shard in shards}
        if gone:
            self._finished -= gone
            self._moved = True
        self._listed_once = True
        # Without an open shard, the children of the last one are about to appear.
        self._list_at = now + (self._listing_seconds if self._cursors else FIRST_BACK_OFF_SECONDS)

    def _all_shards(self) -> Iterator[Shard]:
        after: str | None = None
        while True:
            page = self._client.shards(after)
            yield from page.shards
            after = page.next
            if after is None:
                return

    def _discover(self, shard: Shard) -> None:
        self._moved = True
        known = self._start.positions.get(shard.id)
        latest = self._start.otherwise == "latest" and known is None and not self._listed_once
        if known == FULLY_READ:
            self._finished.add(shard.id)
        else:
            self._cursors[shard.id] = _Cursor(
                shard, position="latest" if latest else "horizon", sequence=known or None
            )

    def _positions(self) -> Mapping[str, str]:
        finished = dict.fromkeys(self._finished, FULLY_READ)
        reading = {id_: cursor.sequence or NOTHING_READ for id_, cursor in self._cursors.items()}
        return {**finished, **reading}


def back_off(failures: int) -> float:
    """The wait in seconds before the next try, after this many failures."""
    return min(FIRST_BACK_OFF_SECONDS * 2.0 ** min(failures, 16), MAX_BACK_OFF_SECONDS)
