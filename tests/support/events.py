"""The events that a test's actions have sent."""

from __future__ import annotations

import json
from typing import Any

from shared.events import ALL_MATCHES, Event
from shared.wire.catalogue import CATALOGUE
from tests.support.database import items_of

SentEvent = tuple[str, tuple[int, ...], Any]
"""Code, recipients, data."""


def sent_events(*codes: str) -> list[SentEvent]:
    """What users got: the events of these codes, or of every code, in the table; the oldest first."""
    return [event for event in _events() if event[1] != (ALL_MATCHES,) and (not codes or event[0] in codes)]


def match_events() -> list[tuple[str, Any]]:
    """What services got that follow all matches: codes and data, the oldest first."""
    return [(code, data) for code, to, data in _events() if to == (ALL_MATCHES,)]


def _events() -> list[SentEvent]:
    found = []
    for item in items_of("outbox"):
        for n, entry in enumerate(json.loads(item["entries"]["S"])):
            event = entry["event"]
            found.append((int(item["id"]["N"]), n, event["event_code"], tuple(entry["to"]), event["data"]))
    found.sort(key=lambda event: event[:2])
    return [event[2:] for event in found]


def pushed(code: str, data: dict[str, Any] | None = None, kwargs: dict[str, Any] | None = None) -> Event:
    """An event as a service may send it, with any data."""
    return CATALOGUE[code].wire(data, kwargs)
