"""The history of a run: every operation of a player and every delivered event, one JSON object a line.

Times are Unix times in seconds, of this machine's clock, as the ids of the product are.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TextIO

from shared.domain.ids import EPOCH, RANDOM_BITS

Outcome = Literal["acknowledged", "refused", "unknown"]

SIGNED_OUT = "SignedOutError"
"""Why a stream ends whose user is deleted."""

SERVICE = 0
"""The caller of the operations of game servers."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One change that a player or a game server wanted, with all repetitions of its request."""

    caller: int
    """User id; SERVICE for a game server."""
    chapter: str
    name: str
    """As in the Python client, `send_message` for example."""
    key: str | None
    """The idempotency key, equal in all repetitions."""
    intent: dict[str, Any]
    """What should exist afterwards: the arguments of the call."""
    start: float
    end: float
    outcome: Outcome
    """acknowledged: 2xx. refused: 4xx, and no repetition is in doubt. unknown: 5xx, no answer, or cut."""
    status: int | None
    code: str | None
    attempts: int
    result: dict[str, Any] = field(default_factory=dict)
    """The ids in the answer."""
    client: str = "python"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event that a client gave to its program."""

    stream: str
    id: str
    code: str
    at: float
    data: dict[str, Any]
    """The ids and texts in the event's data."""


@dataclass(frozen=True, slots=True)
class StreamLine:
    """One client's event stream over all its connections."""

    stream: str
    user: int
    opened: float
    closed: float | None
    """When its client gave it up, with an error; None if it was open until the end of the run."""
    connections: int
    repeats: int
    """Events that came again and that the client dropped; -1 if the client doesn't count them."""
    client: str = "python"
    why: str = ""
    """The name of the error that closed it."""


Record = Operation | Delivery | StreamLine
KINDS: dict[str, type[Record]] = {"op": Operation, "event": Delivery, "stream": StreamLine}
NAMES = {kind: name for name, kind in KINDS.items()}

KEPT = ("id", "chat_id", "content", "code", "finished", "username", "n")


def kept(body: Any) -> dict[str, Any]:
    """The parts of an answer or an event by which the checker knows things."""
    if not isinstance(body, Mapping):
        return {}
    found = {name: body[name] for name in KEPT if name in body}
    if isinstance(teams := body.get("teams"), Mapping):
        found["scores"] = [teams[side].get("score") for side in "ab"]
    return found


class History:
    """Writes the lines; counts deliveries and resyncs for the progress shown."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.deliveries = 0
        self.counts: Counter[str] = Counter()
        self.until = math.inf
        """Unix time of the reading of the table: events of later changes aren't noted."""
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        self._file = self.path.open("a", encoding="utf-8")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._file is not None  # noqa: S101 - `with` has opened it
        self._file.close()

    def add(self, record: Record) -> None:
        """Write one record."""
        self.add_line(json.dumps({"kind": NAMES[type(record)], **asdict(record)}))

    def add_operation(self, operation: Operation) -> None:
        """Write an operation, and count its outcome."""
        self.counts[operation.outcome] += 1
        self.counts[f"{operation.outcome} {operation.name}"] += 1
        self.add(operation)

    def add_delivery(self, stream: str, event_id: str, event: Mapping[str, Any]) -> None:
        """Write one delivered event."""
        code, data = event["event_code"], kept(event.get("data"))
        self.add_event({"stream": stream, "id": event_id, "code": code, "at": time.time(), "data": data})

    def add_event(self, fields: dict[str, Any]) -> None:
        """Write the fields of a Delivery."""
        id_ = fields["id"].partition("-")[0]
        if id_.isdigit() and time_of(int(id_)) > self.until:
            return
        self.deliveries += 1
        self.counts["resync"] += fields["code"] == "resync"
        self.add_line(json.dumps({"kind": "event", **fields}))

    def add_line(self, line: str) -> None:
        """Write a line as another program has made it."""
        assert self._file is not None  # noqa: S101 - `with` has opened it
        self._file.write(line + "\n")


def time_of(id_: int) -> float:
    """The Unix time at which an id was drawn, to the millisecond."""
    return EPOCH.timestamp() + (id_ >> RANDOM_BITS) / 1000


def read(path: Path) -> Iterator[Record]:
    """The records of a history, in their order."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            fields = json.loads(line)
            kind = KINDS[fields.pop("kind")]
            if kind is Delivery:
                # A million of them: equal texts are kept once.
                fields["stream"], fields["code"] = sys.intern(fields["stream"]), sys.intern(fields["code"])
                fields["id"] = sys.intern(fields["id"])
            yield kind(**fields)
