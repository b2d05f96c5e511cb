"""The table's stream as the tail sees it: shards, records, and the calls that read them.

What DynamoDB Streams promises (API reference):

- DescribeStream lists shards in pages, in no useful order; a child appears when its parent is closed;
- an iterator lives 15 minutes; a read without records is not the end, only a missing next iterator is;
- records are kept for 24 hours;
- calls are throttled, and fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Position = Literal["horizon", "latest"]
"""Where to begin in a shard that was never read: at its oldest record, or at the next one to come."""


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard as listed."""

    id: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class ShardList:
    """One page of the list of shards. `next`: where the following page starts; None on the last one."""

    shards: tuple[Shard, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """One change of one item. `created`: Unix time in whole seconds. `image`: the new item with its types."""

    sequence: str
    event: str
    pk: str
    sk: str
    created: float
    image: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """The result of one read. `next`: the next iterator; None when the shard is closed and fully read."""

    records: tuple[StreamRecord, ...]
    next: str | None


class IteratorExpired(Exception):
    """The iterator is older than 15 minutes."""


class DataTrimmed(Exception):
    """The position is older than 24 hours: the records between it and the horizon are lost."""


class ShardMissing(Exception):
    """The shard doesn't exist any more."""


class StreamUnavailable(Exception):
    """The call was throttled, didn't reach the service, or failed there: try again."""


class StreamClient(Protocol):
    """The calls of DynamoDB Streams on one stream. They raise the exceptions above; they may block."""

    def shards(self, after: str | None) -> ShardList:
        """One page of the list; `after` is the `next` of the page before."""
        ...

    def open(self, shard_id: str, position: Position, after_sequence: str | None) -> str:
        """An iterator: after this sequence number if there is one, else at `position`."""
        ...

    def read(self, iterator: str) -> Page:
        """The next records."""
        ...
