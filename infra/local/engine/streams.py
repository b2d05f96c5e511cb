"""Keeps the records of tables' streams for as long as clients resume from them, and not for a day.

Each record holds an item, also one that is long overwritten or deleted: a day of them is many times what is stored.
Replaces a private function of MiniStack 1.5.33; tests/infra/test_engine_memory.py fails when MiniStack changes it.
"""
# ruff: noqa: SLF001 (what is replaced is private)

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import dynamodb, lambda_svc

KEPT_SECONDS = 600
"""Clients resume from the last five minutes (SSE_RING_SECONDS)."""

KEPT_RECORDS = 50_000
"""At most so many of them, besides those that a trigger has yet to read.

A write has four to six. Clients that would need older ones when the SSE process starts anew get `resync`.
"""

SLACK = 500
"""Records over the number that go at once: each time the rest of the list is moved."""

_changing = threading.RLock()
"""Lambda's triggers read in a thread of their own: no record may move between their two looks at the list.

A read may drop records, so the lock may be taken twice.
"""

_records_since = dynamodb.stream_records_since


def surplus(records: Sequence[Mapping[str, Any]], now: float) -> int:
    """How many of the oldest records are over time or number."""
    over = len(records) - KEPT_RECORDS if len(records) >= KEPT_RECORDS + SLACK else 0
    old = bisect_left(
        records, now - KEPT_SECONDS, key=lambda it: it["dynamodb"]["ApproximateCreationDateTime"]
    )
    return max(over, old)


def trim(table: str, *, account_id: str | None = None, region: str | None = None) -> None:
    """Drop what can go from a table's stream.

    Only the main thread, which writes, does that: reads of other threads change nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    account, region = account_id or get_account_id(), region or get_region()
    records = dynamodb._stream_records.get_scoped(account, region, table)
    dropped = surplus(records, time.time()) if records else 0
    if not dropped:
        return
    before = dynamodb._stream_trimmed.get_scoped(account, region, table, 0)
    # Where the triggers of this account go on reading: those of other tables keep more than has to be kept.
    positions = lambda_svc._dynamodb_stream_positions.items_scoped(account, region)
    dropped = min([dropped, *(position - before for _, position in positions)])
    if dropped > 0:
        with _changing:
            del records[:dropped]
            dynamodb._stream_trimmed.set_scoped(account, region, table, before + dropped)


def records_since(table: str, position: int, limit: int, **scope: str) -> list[dict[str, Any]]:
    """As MiniStack's own, and never while records move."""
    with _changing:
        found: list[dict[str, Any]] = _records_since(table, position, limit, **scope)
        return found


def bound() -> None:
    """From now on."""
    dynamodb._trim_stream_records = trim
    dynamodb.stream_records_since = records_since
