"""From a record of the table's stream to the events in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.domain.ids import id_time
from sse.framing import frame
from sse.tail import StreamRecord

OUTBOX_PREFIX = "OUTBOX#"


class BrokenOutbox(ValueError):
    """An outbox item that can't be read: its events can't be delivered."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event, framed, and who gets it, in order."""

    id: str
    code: str
    frame: bytes
    to: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The events of one committed change."""

    key: str
    """Equal for repeats of the same record. Not the id alone: two partitions can draw equal ids."""
    committed: float
    """When the change was written, Unix time in seconds."""
    deliveries: tuple[Delivery, ...]


def read_outbox(record: StreamRecord) -> Change | None:
    """The events of a stream record; None if it is about something else.

    Raises BrokenOutbox if it is an outbox item but not one that we understand.
    """
    if record.event != "INSERT" or not record.sk.startswith(OUTBOX_PREFIX):
        return None
    key = f"{record.pk}/{record.sk}"
    try:
        outbox_id = int(record.image["id"]["N"])
        entries: list[Mapping[str, Any]] = json.loads(record.image["entries"]["S"])
        return Change(
            key=key,
            committed=id_time(outbox_id).timestamp(),
            deliveries=tuple(
                _delivery(f"{outbox_id}-{index}", entry["event"], entry["to"])
                for index, entry in enumerate(entries)
            ),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BrokenOutbox(key) from error


def _delivery(event_id: str, event: Mapping[str, Any], to: list[Any]) -> Delivery:
    recipients = tuple(dict.fromkeys(int(user_id) for user_id in to))
    return Delivery(id=event_id, code=str(event["event_code"]), frame=frame(event, event_id), to=recipients)
