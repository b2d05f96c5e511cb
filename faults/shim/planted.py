"""Planted bugs: a database that breaks its promises, one for each property that the checker has to prove.

A report without faults proves nothing unless its checker finds what is wrong. Each bug is what a defect in the product
would look like, and the product has no code for it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from faults.shim import operations as ops
from faults.shim.operations import Body, Operation
from faults.shim.records import Record, partition_of, sort_key_of
from shared.store.keys import BUCKET, OUTBOX_PREFIX

Property = Literal[
    "an acknowledged change is there",
    "a change is there once",
    "a change has its events",
    "the events of a partition come in order",
    "a user is in one place",
    "a match has one result",
    "friends are friends of each other",
    "messages have all numbers",
    "brackets are whole",
]

Effect = Literal["change", "acknowledge", "deny"]
"""What becomes of a call that a bug concerns. `change`: the engine gets another one. `acknowledge`: it gets none, and
the client hears that all is well. `deny`: it gets the call, and the client hears of a conflict."""

LONGEST_HELD_PAGES = 200


@dataclass(frozen=True, slots=True)
class Bug:
    """A planted bug."""

    name: str
    violates: Property
    change: Callable[[Body], Body | None] = lambda _: None
    """A concerned TransactWriteItems as the bug makes it, or None."""
    effect: Effect = "change"
    stream: Callable[[], Callable[[list[Record], Callable[[], bool]], list[Record]]] | None = None
    """Makes what changes the pages of records; it is told whether to do so now, record by record."""


def _events_dropped(body: Body) -> Body | None:
    outbox = ops.puts(body, "outbox")
    return ops.without(body, outbox) if outbox else None


def _with_events(body: Body) -> Body | None:
    return body if ops.puts(body, "outbox") else None


def _of_a_message(body: Body) -> Body | None:
    return body if ops.puts(body, "message") else None


def _seat_forgotten(body: Body) -> Body | None:
    seats = ops.updates(body, "SEAT")
    return ops.without(body, seats) if seats and ops.puts(body, "ticket") else None


def _seat_unchecked(body: Body) -> Body | None:
    seats = ops.updates(body, "SEAT")
    for seat in seats:
        body = ops.replaced(body, seat, ops.without_condition(seat))
    return body if seats else None


def _result_twice(body: Body) -> Body | None:
    for played in ops.puts(body, "played"):
        partition, number = ops.key_of(played)
        user = partition.partition("#MATCHES#")[0]
        profiles = [each for each in ops.updates(body, "PROFILE") if ops.key_of(each)[0] == user]
        if not profiles or (int(number) + 1) % BUCKET == 0:
            continue
        if raised := ops.with_number_raised(profiles[0], "matches_played"):
            again = {"S": f"{int(number) + 1:0{len(number)}d}"}
            copy: Operation = {"Put": {**played["Put"], "Item": {**played["Put"]["Item"], "sk": again}}}
            body = ops.replaced(body, profiles[0], raised)
            return {**body, "TransactItems": [*body["TransactItems"], copy]}
    return None


def _friend_one_sided(body: Body) -> Body | None:
    sides = [
        each
        for each in ops.updates(body, "RELATIONS")
        if "friends" in each["Update"].get("ExpressionAttributeNames", {}).values()
    ]
    return ops.without(body, sides[-1:]) if len(sides) > 1 else None


def _message_gap(body: Body) -> Body | None:
    if not ops.puts(body, "message"):
        return None
    for row in ops.updates(body, "CONVERSATION"):
        if raised := ops.with_number_raised(row, "messages"):
            return ops.replaced(body, row, raised)
    return None


def _bracket_torn(body: Body) -> Body | None:
    tournaments = ops.updates(body, "TOURNAMENT")
    return ops.without(body, tournaments) if tournaments and ops.updates(body, "MATCH") else None


def _is_of_outbox(record: Record) -> bool:
    return record["eventName"] == "INSERT" and sort_key_of(record).startswith(OUTBOX_PREFIX)


def _lose_records() -> Callable[[list[Record], Callable[[], bool]], list[Record]]:
    def page(records: list[Record], now: Callable[[], bool]) -> list[Record]:
        return [record for record in records if not (_is_of_outbox(record) and now())]

    return page


def _swap_records() -> Callable[[list[Record], Callable[[], bool]], list[Record]]:
    """Holds a record back until the next one of its partition has passed, or many pages have."""
    held: dict[str, tuple[Record, int]] = {}
    number = 0

    def page(records: list[Record], now: Callable[[], bool]) -> list[Record]:
        nonlocal number
        number += 1
        due = [name for name, (_, since) in held.items() if number - since > LONGEST_HELD_PAGES]
        passed = [held.pop(name)[0] for name in due]
        for record in records:
            partition = partition_of(record)
            if _is_of_outbox(record) and partition not in held and now():
                held[partition] = record, number
                continue
            passed.append(record)
            if _is_of_outbox(record) and partition in held:
                passed.append(held.pop(partition)[0])
        return passed

    return page


BUGS: Mapping[str, Bug] = {
    bug.name: bug
    for bug in (
        Bug("change_lost", "an acknowledged change is there", _with_events, "acknowledge"),
        Bug("change_made_twice", "a change is there once", _of_a_message, "deny"),
        Bug("events_dropped", "a change has its events", _events_dropped),
        Bug("records_lost", "a change has its events", stream=_lose_records),
        Bug("records_swapped", "the events of a partition come in order", stream=_swap_records),
        Bug("seat_forgotten", "a user is in one place", _seat_forgotten),
        Bug("seat_unchecked", "a user is in one place", _seat_unchecked),
        Bug("result_twice", "a match has one result", _result_twice),
        Bug("friend_one_sided", "friends are friends of each other", _friend_one_sided),
        Bug("message_gap", "messages have all numbers", _message_gap),
        Bug("bracket_torn", "brackets are whole", _bracket_torn),
    )
}
"""`seat_unchecked` shows in races only; all others whenever they strike."""


class Planted:
    """The bug that a shim has, if any, and the draws for it."""

    def __init__(self, name: str | None, rate: float, seed: int) -> None:
        self.bug = BUGS[name] if name else None
        self.rate = rate
        self.hits = 0
        self._generator = random.Random(f"{seed} {name}")
        self._page = self.bug.stream() if self.bug and self.bug.stream else None

    def change(self, action: str, body: dict[str, Any]) -> Body | None:
        """The call as the bug makes it, or None if it leaves it alone."""
        if self.bug is None or action != "TransactWriteItems":
            return None
        changed = self.bug.change(body)
        return changed if changed is not None and self._strikes() else None

    def page(self, records: list[Record]) -> list[Record]:
        """The records of a page, which may be empty, as the bug makes them."""
        return self._page(records, self._strikes) if self._page else records

    def _strikes(self) -> bool:
        strikes = self._generator.random() < self.rate
        self.hits += strikes
        return strikes
