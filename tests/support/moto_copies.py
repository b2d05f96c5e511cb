"""Makes moto's transactions fast: moto copies the whole table for each item of a transaction, to undo one that fails.

Within `fast_copies` a table is copied once for a transaction, and copies share what never changes: the records of the
stream. With moto 5.2.5 that makes tests of behaviour twice as fast. tests/store/test_moto_copies.py fails when moto
no longer needs it, or needs something else.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from moto.dynamodb.models.table import StreamShard, Table

KEPT = "_kept_copy"
"""The attribute of a table that has its newest copy, and how long its stream was then."""


def copy_table(table: Table, memo: dict[int, Any]) -> Table:
    """A copy of a table. Every write makes the stream longer: until then the newest copy is good."""
    written = len(table.stream_shard.items) if table.stream_shard else None
    kept = vars(table).get(KEPT)
    if written is not None and kept is not None and kept[0] == written:
        copied: Table = kept[1]
        return copied
    made: Table = object.__new__(type(table))
    memo[id(table)] = made
    vars(made).update(
        {name: copy.deepcopy(value, memo) for name, value in vars(table).items() if name != KEPT}
    )
    vars(table)[KEPT] = (written, made)
    return made


def copy_shard(shard: StreamShard, memo: dict[int, Any]) -> StreamShard:
    """A copy of a stream, with a list of its own for the same records."""
    made: StreamShard = object.__new__(type(shard))
    memo[id(shard)] = made
    others = {name: copy.deepcopy(value, memo) for name, value in vars(shard).items() if name != "items"}
    vars(made).update(others, items=list(shard.items))
    return made


@contextmanager
def fast_copies() -> Iterator[None]:
    """Within it, moto copies tables like this."""
    with (
        patch.object(Table, "__deepcopy__", copy_table, create=True),
        patch.object(StreamShard, "__deepcopy__", copy_shard, create=True),
    ):
        yield
