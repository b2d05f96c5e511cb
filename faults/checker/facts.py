"""What the checks compare: the operations and deliveries of a history, and the rows of the table afterwards."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from faults.history import SERVICE, Delivery, Operation, Record, StreamLine, kept, time_of
from sse.outbox import event_place
from tests.support.invariants.table import Row, Table, plain_row

ENDED_SESSIONS = "sessions-ended"
"""An entry of the outbox that no client sees."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it was committed."""

    id: str
    """As on the wire."""
    at: float
    """When its id was drawn, before the commit. Unix time."""
    partition: str
    code: str
    to: tuple[int, ...]
    data: dict[str, Any]


@dataclass(slots=True)
class Facts:
    """All of it."""

    operations: list[Operation] = field(default_factory=list)
    streams: dict[str, StreamLine] = field(default_factory=dict)
    deliveries: dict[str, list[Delivery]] = field(default_factory=lambda: defaultdict(list))
    """By stream, in the order of arrival."""
    table: Table = field(default_factory=Table)
    entries: list[Entry] = field(default_factory=list)
    moments: list[Table] = field(default_factory=list)
    """The rows of places, matches and relations at some moments of the load."""

    def deleted(self) -> dict[int, float]:
        """Users whose deletion was acknowledged or may have been made, and when it began."""
        found: dict[int, float] = {}
        for op in self.operations:
            if op.name == "delete_me" and op.outcome != "refused":
                found[op.caller] = min(op.start, found.get(op.caller, op.start))
        return found


def facts_of(history: Iterable[Record], items: Iterable[Mapping[str, Any]]) -> Facts:
    """The facts of a history and of the items of a scan, in DynamoDB's own form."""
    facts = Facts()
    for record in history:
        if isinstance(record, Operation):
            facts.operations.append(record)
        elif isinstance(record, Delivery):
            facts.deliveries[record.stream].append(record)
        else:
            facts.streams[record.stream] = record
    for item in items:
        if item["kind"]["S"] == "outbox":
            entries = entries_of(item)
            facts.entries += entries
            if any(entry.code == "game-start" or SERVICE in entry.to for entry in entries):
                facts.table.add(_row_of(item, entries))
        else:
            facts.table.add(plain_row(item))
    return facts


def table_of(items: Iterable[Mapping[str, Any]]) -> Table:
    """The rows of items without events."""
    table = Table()
    for item in items:
        table.add(plain_row(item))
    return table


def entries_of(item: Mapping[str, Any]) -> list[Entry]:
    """The events of an outbox item, without the large parts of their data."""
    id_, partition = int(item["id"]["N"]), item["pk"]["S"]
    return [
        Entry(
            f"{id_}-{index}-{event_place(partition)}",
            time_of(id_),
            partition,
            entry["event"]["event_code"],
            tuple(dict.fromkeys(map(int, entry["to"]))),
            kept(entry["event"].get("data")),
        )
        for index, entry in enumerate(json.loads(item["entries"]["S"]))
        if entry["event"]["event_code"] != ENDED_SESSIONS
    ]


def _row_of(item: Mapping[str, Any], entries: list[Entry]) -> Row:
    """An outbox item for the rules about the table, without the large parts of its events."""
    short = [
        {"to": list(entry.to), "event": {"event_code": entry.code, "data": entry.data}} for entry in entries
    ]
    return plain_row({name: value for name, value in item.items() if name != "entries"}) | {"entries": short}
