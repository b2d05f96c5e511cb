"""The events of one stream as they arrive: without repeats, and each handed out once."""

import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pong_client.sse_parser import Event

REMEMBERED_IDS = 100_000


@dataclass(frozen=True, slots=True)
class Received:
    """One event as it arrived."""

    id: str | None
    code: str
    payload: dict[str, Any]
    """The wire object: service, event_code, type, message, target, data, kwargs."""
    at: float
    """Arrival in seconds of `time.monotonic()`."""

    @property
    def data(self) -> Any:
        """The event's `data`."""
        return self.payload.get("data")

    @property
    def kwargs(self) -> Any:
        """The event's `kwargs`."""
        return self.payload.get("kwargs")

    @property
    def message(self) -> str:
        """The sentence for people; empty where there is none."""
        return str(self.payload.get("message") or "")


class EventLog:
    """Delivery is at least once, so an id may come again. Heartbeats (`ping`) are counted, not kept."""

    def __init__(self) -> None:
        self.events: list[Received] = []
        self.repeats = 0
        """The number of events that came again and were dropped."""
        self.pings = 0
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._taken: set[int] = set()

    @property
    def resyncs(self) -> list[Received]:
        """The `resync` events: before each of them, events may be missing."""
        return self.received("resync")

    def received(self, code: str) -> list[Received]:
        """All events of this code so far, in order of arrival, taken or not."""
        return [event for event in self.events if event.code == code]

    def take(self, code: str | None, where: Callable[[Received], bool]) -> Received | None:
        """The oldest event of this code (None: any) that matches `where` and wasn't taken yet."""
        for index, event in enumerate(self.events):
            if index not in self._taken and code in (None, event.code) and where(event):
                self._taken.add(index)
                return event
        return None

    def add(self, event: Event, at: float) -> Received | None:
        """Keep an event; None for a heartbeat or a repeat. Raises TypeError if its data is no JSON object."""
        if event.type == "ping":
            self.pings += 1
            return None
        if event.id:
            if event.id in self._seen:
                self.repeats += 1
                return None
            self._seen[event.id] = None
            if len(self._seen) > REMEMBERED_IDS:
                self._seen.popitem(last=False)
        payload = json.loads(event.data)
        if not isinstance(payload, dict):
            raise TypeError(f"the data of event {event.id} ({event.type}) is no JSON object: {event.data!r}")
        received = Received(event.id, event.type, payload, at)
        self.events.append(received)
        return received
