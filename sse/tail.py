"""Reads the table's stream: every record of every shard, parents before their children.

`Tail.turn` does one round of reads and returns; it keeps no thread and asks no clock, so tests script both
the stream and the time. What the service promises and what not (DynamoDB Streams API reference):

- DescribeStream lists shards in pages, in no useful order; a child appears when its parent is closed;
- an iterator lives 15 minutes; a read without records is not the end; only a missing next iterator is;
- records are kept for 24 hours;
- calls are throttled, and fail.

Records may come more than once (an iterator is reopened, a process restarts); whoever takes them drops
repeats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Position = Literal["horizon", "latest"]
"""Where to begin in a shard of which nothing was read: its oldest record, or whatever comes next."""

READ_TO_ITS_END = "end"
"""In positions: the shard is closed and was read completely."""

NOTHING_READ = ""
"""In positions: the shard is known, none of its records was read yet."""

EMPTY_READS_WHEN_CAUGHT_UP = 2
"""So many reads without records in a row are taken for having caught up.

A guess, because the service doesn't tell; when it is wrong, records that a restarted process expected in
its rings come as live ones instead.
"""

FIRST_BACK_OFF_SECONDS = 0.2
LONGEST_BACK_OFF_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard as listed."""

    id: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class ShardList:
    """One page of the list of shards. `next`: where the following page starts, None on the last one."""

    shards: tuple[Shard, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """One change of one item. `created`: Unix time in whole seconds. `image`: the new item, types and all."""

    sequence: str
    event: str
    pk: str
    sk: str
    created: float
    image: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """What one read gave. `next`: the iterator to go on with, None when the shard is closed and read out."""

    records: tuple[StreamRecord, ...]
    next: str | None


class IteratorExpired(Exception):
    """The iterator is older than 15 minutes."""


class DataTrimmed(Exception):
    """The position asked for is older than 24 hours: records between it and the horizon are lost."""


class ShardMissing(Exception):
    """There is no such shard any more."""


class StreamUnavailable(Exception):
    """Throttled, or not reachable, or an error of the service: worth trying again."""


class StreamStalled(Exception):
    """The stream can't be read for so long that going on would break promises; start anew."""


class StreamClient(Protocol):
    """The calls of DynamoDB Streams on one stream. They raise the exceptions above; they may block."""

    def shards(self, after: str | None) -> ShardList:
        """One page of the list; `after` is the `next` of the page before."""
        ...

    def open(self, shard_id: str, position: Position, after_sequence: str | None) -> str:
        """An iterator: after that sequence number if one is given, else at `position`."""
        ...

    def read(self, iterator: str) -> Page:
        """The next records."""
        ...


@dataclass(frozen=True, slots=True)
class Start:
    """Where to begin: positions of shards as `Tail.positions` gave them; other shards of the first listing
    begin at `otherwise`. Shards that appear later begin at their oldest record, always.
    """

    positions: Mapping[str, str] = field(default_factory=dict)
    otherwise: Position = "horizon"


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one shard, in its order."""

    shard: str
    records: tuple[StreamRecord, ...]


@dataclass(slots=True)
class Turn:
    """What one round of reads gave. `gap`: records before these batches may be lost."""

    batches: list[Batch] = field(default_factory=list)
    gap: bool = False

    @property
    def found(self) -> bool:
        """Whether there was anything."""
        return bool(self.batches)


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

    def caught_up(self, began: float) -> bool:
        return self.empty_reads >= EMPTY_READS_WHEN_CAUGHT_UP or self.newest >= began


Outcome = Page | Exception
Gather = Callable[[Callable[[_Cursor], Outcome], Iterable[_Cursor]], Iterator[Outcome]]
"""Like `map`; that of a thread pool reads several shards at once."""


class Tail:
    """Follows one stream from a start. One thread at a time may call `turn`."""

    def __init__(
        self,
        client: StreamClient,
        start: Start,
        *,
        began: float,
        listing_seconds: float = 15.0,
        stall_seconds: float = 25.0,
        gather: Gather = map,
    ) -> None:
        """`began`: now; what was created before it has to be read before we have caught up.

        `stall_seconds`: how long the list or a shard may be unreadable. It must be shorter than the skew
        between shards that the hub allows for, because the other shards go on meanwhile.
        """
        self._client = client
        self._start = start
        self._began = began
        self._listing_seconds = listing_seconds
        self._stall_seconds = stall_seconds
        self._gather = gather
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

    @property
    def shard_count(self) -> int:
        """Shards known, closed ones included."""
        return len(self._cursors) + len(self._finished)

    @property
    def caught_up(self) -> bool:
        """Whether everything from before the start was read, as far as one can tell."""
        return self._listed_once and all(
            cursor.caught_up(self._began) and not self._waits(cursor) for cursor in self._cursors.values()
        )

    def turn(self, now: float) -> Turn:
        """Read every shard that is due once. `now` is in seconds and only compared with itself and `began`.

        Raises StreamStalled.
        """
        result = Turn()
        if now >= self._list_at:
            self._list(now)
        due = [
            cursor for cursor in self._cursors.values() if not self._waits(cursor) and now >= cursor.retry_at
        ]
        for cursor, outcome in zip(due, self._gather(self._attempt, due), strict=True):
            self._apply(cursor, outcome, result, now)
        if self._cursors:
            self._readable_at = now
        elif now - self._readable_at > self._stall_seconds:
            raise StreamStalled("the stream has no open shard any more")
        if self._moved:
            self._moved = False
            self.positions = self._positions()
        return result

    def _waits(self, cursor: _Cursor) -> bool:
        """Whether its parent has records left that must come first."""
        return cursor.shard.parent in self._cursors

    def _attempt(self, cursor: _Cursor) -> Outcome:
        """Runs in any thread: reads, changes nothing but the cursor's iterator."""
        try:
            if cursor.iterator is None:
                cursor.iterator = self._client.open(cursor.shard.id, cursor.position, cursor.sequence)
            return self._client.read(cursor.iterator)
        except (IteratorExpired, DataTrimmed, ShardMissing, StreamUnavailable) as trouble:
            return trouble

    def _apply(self, cursor: _Cursor, outcome: Outcome, result: Turn, now: float) -> None:
        if isinstance(outcome, Page):
            self._advance(cursor, outcome, result, now)
        elif isinstance(outcome, IteratorExpired):
            cursor.iterator = None
            # Begun at the end and nothing read since: there is no way back to that place.
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
            self._put_off(cursor, outcome, now)

    def _advance(self, cursor: _Cursor, page: Page, result: Turn, now: float) -> None:
        cursor.failures = 0
        cursor.iterator = page.next
        if page.records:
            self._moved = True
            cursor.empty_reads = 0
            cursor.sequence = page.records[-1].sequence
            cursor.newest = max(cursor.newest, page.records[-1].created)
            result.batches.append(Batch(cursor.shard.id, page.records))
        else:
            cursor.empty_reads += 1
        if page.next is None:
            self._finish(cursor, now)

    def _finish(self, cursor: _Cursor, now: float) -> None:
        del self._cursors[cursor.shard.id]
        self._finished.add(cursor.shard.id)
        self._moved = True
        self._list_at = min(self._list_at, now)  # it has children, mostly

    def _put_off(self, cursor: _Cursor, trouble: Exception, now: float) -> None:
        if cursor.failures == 0:
            cursor.failing_since = now
        elif now - cursor.failing_since > self._stall_seconds:
            raise StreamStalled(f"shard {cursor.shard.id} can't be read: {trouble}") from trouble
        cursor.retry_at = now + back_off(cursor.failures)
        cursor.failures += 1

    def _list(self, now: float) -> None:
        try:
            shards = list(self._all_shards())
        except (StreamUnavailable, ShardMissing) as trouble:
            if self._list_failures == 0:
                self._list_failing_since = now
            elif now - self._list_failing_since > self._stall_seconds:
                raise StreamStalled(f"the stream's shards can't be listed: {trouble}") from trouble
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
        # Without a shard to read, the children of the last one are about to appear.
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
        if known == READ_TO_ITS_END:
            self._finished.add(shard.id)
        else:
            self._cursors[shard.id] = _Cursor(
                shard, position="latest" if latest else "horizon", sequence=known or None
            )

    def _positions(self) -> Mapping[str, str]:
        read_out = dict.fromkeys(self._finished, READ_TO_ITS_END)
        reading = {id_: cursor.sequence or NOTHING_READ for id_, cursor in self._cursors.items()}
        return {**read_out, **reading}


def back_off(failures: int) -> float:
    """Seconds to wait after so many failures before this one."""
    return float(min(FIRST_BACK_OFF_SECONDS * 2**failures, LONGEST_BACK_OFF_SECONDS))
