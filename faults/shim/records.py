"""Faults of a page of stream records. Pure."""

from __future__ import annotations

import random
from collections import defaultdict, deque
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
