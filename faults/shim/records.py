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


def sequence_of(record: Record) -> str:
    """Its place in the shard."""
    return str(record["dynamodb"]["SequenceNumber"])


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
    """The last records that each reader got. A reader is an iterator with all that follow it.

    Not those of a shard: a reader that begins further back must not get what stands before it in the stream only later.
    """

    def __init__(self) -> None:
        self._readers: OrderedDict[str, deque[Record]] = OrderedDict()

    def opened(self, iterator: str) -> None:
        """GetShardIterator has answered."""
        self._add(iterator, deque(maxlen=REMEMBERED_RECORDS))

    def moved(self, iterator: str, page: dict[str, Any]) -> None:
        """GetRecords has answered."""
        reader = self._readers.get(iterator)
        if reader is not None:
            reader.extend(page["Records"])
            if following := page.get("NextShardIterator"):
                self._add(following, reader)

    def before(self, iterator: str) -> list[Record]:
        """The last records that the iterator's reader got."""
        return list(self._readers.get(iterator, ()))

    def _add(self, iterator: str, reader: deque[Record]) -> None:
        self._readers[iterator] = reader
        if len(self._readers) > MAX_ITERATORS:
            self._readers.popitem(last=False)


REMEMBERED_ORDERS = 100_000


class Orders:
    """The orders of shuffled pages, for later readers: all of DynamoDB's get the records of a shard in the same one.

    Otherwise a client could stand behind an event that its next server has before that one's successor.
    """

    def __init__(self) -> None:
        self._pages: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        """The sequence numbers of a shuffled page, as it was given, by each of them."""

    def remember(self, records: Sequence[Record]) -> None:
        """A page is given in this order."""
        page = tuple(sequence_of(record) for record in records)
        self._pages.update(dict.fromkeys(page, page))
        while len(self._pages) > REMEMBERED_ORDERS:
            self._pages.popitem(last=False)

    def knows_any(self, records: Sequence[Record]) -> bool:
        """Whether some of these records were in a shuffled page."""
        return any(sequence_of(record) in self._pages for record in records)

    def whole(self, records: Sequence[Record]) -> int:
        """How many of these records, as they are in the shard, don't end with a part of a shuffled page."""
        here = [sequence_of(record) for record in records]
        last = set(self._pages.get(here[-1], ())) if here else set[str]()
        if last <= set(here):
            return len(here)
        return next(number for number, sequence in enumerate(here) if sequence in last)

    def known(self, records: Sequence[Record]) -> list[Record]:
        """Records as they are in the shard, those of shuffled pages in the pages' order."""
        waiting = {sequence_of(record): record for record in records}
        found: list[Record] = []
        for sequence in map(sequence_of, records):
            page = self._pages.get(sequence, (sequence,))
            found += [waiting.pop(each) for each in page if each in waiting]
        return found
