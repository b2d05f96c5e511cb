"""Damages to the record of a run, each as a bug outside of the database would leave it: the checks must find them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from faults.checker import acknowledged, delivery, whole
from faults.checker.facts import Facts
from faults.checker.findings import Finding


@dataclass(frozen=True, slots=True)
class Damage:
    """One damage. `make` changes the facts, and gives back what undoes it."""

    violates: str
    make: Callable[[Facts], Callable[[], None]]
    part: Callable[[Facts], list[Finding]]

    def check(self, facts: Facts) -> list[Finding]:
        """The findings with the damage; the facts are as before afterwards."""
        undo = self.make(facts)
        try:
            return self.part(facts)
        finally:
            undo()


def _delivered_twice(facts: Facts) -> Callable[[], None]:
    events = max(facts.deliveries.values(), key=len)
    events.append(events[0])
    return lambda: events.__delitem__(-1)


def _refused_made(facts: Facts) -> Callable[[], None]:
    place = next(
        n
        for n, op in enumerate(facts.operations)
        if op.outcome == "acknowledged" and op.name == "send_message"
    )
    before = facts.operations[place]
    facts.operations[place] = replace(before, outcome="refused", code="throttled")
    return lambda: facts.operations.__setitem__(place, before)


def _half_an_account(facts: Facts) -> Callable[[], None]:
    user_id, seat = next(iter(facts.table.seats.items()))
    del facts.table.seats[user_id]
    return lambda: facts.table.seats.__setitem__(user_id, seat)


DAMAGES: Mapping[str, Damage] = {
    "client_repeats": Damage(
        "no event comes twice", _delivered_twice, lambda facts: list(delivery.check(facts))
    ),
    "refused_made": Damage(
        "a change is there once", _refused_made, lambda facts: list(acknowledged.check(facts))
    ),
    "half_an_account": Damage("accounts are whole", _half_an_account, lambda facts: list(whole.check(facts))),
}
