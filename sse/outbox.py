"""Reads the events out of a record of the table's stream."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from shared.domain.ids import id_time
from shared.events import SESSIONS_ENDED, with_ticket
from shared.store.keys import OUTBOX_PREFIX
from sse.framing import frame
from sse.shards import StreamRecord


class BrokenOutbox(ValueError):
    """An outbox item can't be read: its events can't be delivered."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event, framed, with the ids of its receivers in order."""

    id: str
    code: str
    frame: bytes
    to: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EndedSessions:
    """Sessions of a user whose streams end. No client sees this."""

    user_id: int
    sessions: frozenset[str]
    generation: int = -1
    """Tokens without a session, of this generation or an older one, have ended as well."""


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """The events of one committed change."""

    key: str
    """Equal for repeats of the same record. The id alone isn't enough: two partitions can draw equal ids."""
    committed: float
    """When the change was written, Unix time in seconds."""
    deliveries: tuple[Delivery, ...]
    ended: tuple[EndedSessions, ...] = ()


def read_outbox(record: StreamRecord) -> OutboxItem | None:
    """The outbox item of a stream record; None for a record of another kind. Raises BrokenOutbox."""
    if record.event != "INSERT" or not record.sk.startswith(OUTBOX_PREFIX):
        return None
    key = f"{record.pk}/{record.sk}"
    try:
        outbox_id = int(record.image["id"]["N"])
        entries: list[Mapping[str, Any]] = json.loads(record.image["entries"]["S"])
        place = event_place(record.pk)
        return OutboxItem(
            key=key,
            committed=id_time(outbox_id).timestamp(),
            deliveries=tuple(
                delivery
                for index, entry in enumerate(entries)
                if entry["event"]["event_code"] != SESSIONS_ENDED
                for delivery in _deliveries(f"{outbox_id}-{index}-{place}", entry)
            ),
            ended=tuple(
                _ended(int(user_id), entry["event"]["data"])
                for entry in entries
                if entry["event"]["event_code"] == SESSIONS_ENDED
                for user_id in entry["to"]
            ),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BrokenOutbox(key) from error


def event_place(partition: str) -> str:
    """A partition in the ids of its events: two partitions may draw one outbox id, and clients drop ids seen before."""
    return f"{crc32(partition.encode()):08x}"


def _deliveries(event_id: str, entry: Mapping[str, Any]) -> list[Delivery]:
    """The event of an entry; one for each receiver if they get tickets of their own."""
    event, tickets = entry["event"], entry.get("tickets")
    if not tickets:
        return [_delivery(event_id, event, entry["to"])]
    return [
        _delivery(event_id, with_ticket(event, tickets[str(user_id)]), [user_id]) for user_id in entry["to"]
    ]


def _delivery(event_id: str, event: Mapping[str, Any], to: list[Any]) -> Delivery:
    receivers = tuple(dict.fromkeys(int(user_id) for user_id in to))
    return Delivery(id=event_id, code=str(event["event_code"]), frame=frame(event, event_id), to=receivers)


def _ended(user_id: int, data: Mapping[str, Any]) -> EndedSessions:
    generation = -1 if data["generation"] is None else int(data["generation"])
    return EndedSessions(user_id, frozenset(map(str, data["sessions"])), generation)
