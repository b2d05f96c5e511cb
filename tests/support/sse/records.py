"""Outbox items, stream records and clients for the tests."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pong_client.sse_parser import Event, EventParser

from shared.domain.ids import EPOCH, RANDOM_BITS
from shared.events import sessions_ended
from sse.framing import frame
from sse.hub import Hub
from sse.outbox import Delivery, OutboxItem, read_outbox
from sse.shards import StreamRecord
from sse.stream import SessionKey, Stream
from tests.support.event_check import check_received
from tests.support.events import pushed

NOW = datetime(2026, 7, 1, tzinfo=UTC).timestamp()
"""When the tests with a clock of their own begin."""

_numbers = itertools.count(1)


def outbox_id(committed: float) -> int:
    """A new id of a change written at that time."""
    milliseconds = int((committed - EPOCH.timestamp()) * 1000)
    return (milliseconds << RANDOM_BITS) | (next(_numbers) % (1 << RANDOM_BITS))


def event(n: int = 0, code: str = "lobby-update") -> dict[str, Any]:
    """A wire event; `data.n` tells it from others."""
    return pushed(code, data={"probe": True, "n": n, "id": n, "code": str(n)}, kwargs={"username": "Ada"})


def item(
    to: Sequence[int] = (1,), n: int = 0, *, committed: float = NOW, code: str = "lobby-update"
) -> OutboxItem:
    """An outbox item with one event."""
    id_ = outbox_id(committed)
    wire_id = f"{id_}-0"
    delivery = Delivery(wire_id, code, frame(event(n, code), wire_id), tuple(to))
    return OutboxItem(key=f"LOBBY#1/OUTBOX#{id_}", committed=committed, deliveries=(delivery,))


def ending(
    *sessions: str, user_id: int = 1, generation: int | None = None, committed: float = NOW
) -> OutboxItem:
    """An outbox item that ends sessions, as it is read from the stream."""
    id_ = outbox_id(committed)
    entries = [{"to": [user_id], "event": sessions_ended(sessions, generation)}]
    image = {"id": {"N": str(id_)}, "entries": {"S": json.dumps(entries)}}
    found = read_outbox(record("1", created=committed, image=image, sk=f"OUTBOX#{id_:016d}"))
    assert found is not None
    return found


def record(
    sequence: str,
    *,
    n: int = 0,
    to: Sequence[int] = (1,),
    created: float = NOW,
    image: Mapping[str, Any] | None = None,
    name: str = "INSERT",
    sk: str | None = None,
) -> StreamRecord:
    """A stream record, by default of an outbox item."""
    id_ = outbox_id(created)
    entries = [{"to": list(to), "event": event(n)}]
    return StreamRecord(
        sequence=sequence,
        event=name,
        pk="LOBBY#1",
        sk=sk or f"OUTBOX#{id_:016d}",
        created=created,
        image=image if image is not None else {"id": {"N": str(id_)}, "entries": {"S": json.dumps(entries)}},
    )


class Listener:
    """A client without a network: reads its stream of the hub when the test calls `read`."""

    def __init__(
        self,
        hub: Hub,
        user_id: int = 1,
        last_id: str | None = None,
        now: float = NOW,
        session: SessionKey = SessionKey(),  # noqa: B008 (a constant)
    ) -> None:
        self.hub = hub
        self.user_id = user_id
        self.woken = 0
        self.parser = EventParser(last_id or "")
        self.events: list[Event] = []
        self.stream: Stream = hub.attach(user_id, last_id, now, self._wake, session)

    def _wake(self, _: Stream) -> None:
        self.woken += 1

    def read(self) -> list[Event]:
        """Take the pending frames; returns their events."""
        events = self.parser.feed(self.stream.take())
        for received in events:
            check_received(json.loads(received.data))
        self.events += events
        return events

    @property
    def last_id(self) -> str:
        """The id that it would resume from."""
        return self.parser.last_event_id

    @property
    def numbers(self) -> list[int]:
        """`data.n` of all the events read so far, resync left out."""
        return numbers(self.events)

    @property
    def codes(self) -> list[str]:
        """The codes of all the events read so far."""
        return [event.type for event in self.events]

    def disconnect(self, now: float = NOW) -> None:
        """Disconnect."""
        self.hub.detach(self.stream, now)

    def reconnect(self, now: float = NOW) -> Listener:
        """A new connection that resumes."""
        return Listener(self.hub, self.user_id, self.last_id, now)


def numbers(events: Sequence[Event]) -> list[int]:
    """`data.n` of the events that have it."""
    payloads = [json.loads(received.data)["data"] for received in events]
    return [payload["n"] for payload in payloads if payload is not None]
