"""Faults of a page of stream records. Pure."""

from __future__ import annotations

import random
from collections import OrderedDict, defaultdict, deque
from collections.abc import Sequence
from typing import Any

Record = dict[str, Any]


def partition_of(record: Record) -> str:
    """The partition key of the changed item."""
    return str(record["dynamodb"]["Keys"]["pk"]["S"])


def sort_key_of(record: Record) -> str:
    """The sort key of the changed item."""
    return str(record["dynamodb"]["Keys"]["sk"]["S"])


def shuffled(records: Sequence[Record], generator: random.Random) -> list[Record]:
    """The records in another order that keeps the one within each partition key."""
    waiting: dict[str, deque[Record]] = defaultdict(deque)
    for record in records:
        waiting[partition_of(record)].append(record)
    turns = [partition_of(record) for record in records]
    generator.shuffle(turns)
    return [waiting[partition].popleft() for partition in turns]


def repeated(records: Sequence[Record], before: Sequence[Record], generator: random.Random) -> list[Record]:
    """The records after some of those `before` them, as a reader gets them that goes back in the stream."""
    again = generator.randint(1, len(before)) if before else 0
    return [*before[len(before) - again :], *records]


REMEMBERED_RECORDS = 100
MAX_ITERATORS = 10_000


class Readers:
    """The last records that the readers of each shard got, by their iterators."""

    def __init__(self) -> None:
        self._shards: OrderedDict[str, str] = OrderedDict()
        self._records: dict[str, deque[Record]] = defaultdict(lambda: deque(maxlen=REMEMBERED_RECORDS))

    def opened(self, iterator: str, shard: str) -> None:
        """GetShardIterator has answered."""
        self._shards[iterator] = shard
        if len(self._shards) > MAX_ITERATORS:
            self._shards.popitem(last=False)

    def moved(self, iterator: str, page: dict[str, Any]) -> None:
        """GetRecords has answered."""
        shard = self._shards.get(iterator)
        if shard is not None:
            self._records[shard].extend(page["Records"])
            if following := page.get("NextShardIterator"):
                self.opened(following, shard)

    def before(self, iterator: str) -> list[Record]:
        """The last records that were read of the iterator's shard."""
        return list(self._records.get(self._shards.get(iterator, ""), ()))
