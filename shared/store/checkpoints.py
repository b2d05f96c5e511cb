"""Marks: how far the table's stream was read, and when. A restarted SSE container reads again from there.

Marks belong to the stream, not to a container: any container may start from any container's mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from shared.store import keys
from shared.store.base import Item, connection, read_partition

KEPT = timedelta(hours=24)
"""The stream keeps its records as long: an older mark points at nothing."""


class Checkpoint(Item, discriminator="checkpoint"):
    """One mark."""

    stream = UnicodeAttribute()
    taken_at = NumberAttribute()
    positions = JSONAttribute()


@dataclass(frozen=True, slots=True)
class Mark:
    """Every shard's position at a moment (Unix time, seconds). `stream` is the stream's ARN."""

    stream: str
    taken_at: float
    positions: Mapping[str, str]


def save_mark(mark: Mark, container: str) -> None:
    """Store a mark. One PutItem."""
    connection()
    Checkpoint.at(
        _key(mark.taken_at, container),
        stream=mark.stream,
        taken_at=mark.taken_at,
        positions=dict(mark.positions),
        expires_at=datetime.fromtimestamp(mark.taken_at, UTC) + KEPT,
    ).save()


def read_marks(stream: str) -> list[Mark]:
    """The stored marks of a stream, oldest first. One Query."""
    partition, _ = _key(0, "")
    return [
        Mark(stream, float(item.taken_at), item.positions)
        for item in read_partition(partition)
        if isinstance(item, Checkpoint) and item.stream == stream
    ]


def drop_marks(taken_at: Iterable[float], container: str) -> None:
    """Remove marks that this container stored. One DeleteItem each."""
    for moment in taken_at:
        Checkpoint(*_key(moment, container)).delete()


def _key(taken_at: float, container: str) -> keys.Key:
    return keys.checkpoint(f"{int(taken_at * 1000):014d}#{container}")
