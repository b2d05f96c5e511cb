"""Who plays whom: pure functions of the tickets in a queue (behaviour.md, section 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """A user's place in a queue."""

    id: int
    user_id: int
    joined_at: datetime
    trophies: int = 0
    blocked: frozenset[int] = frozenset()
    """Users that this one had blocked on joining: a hint. The pairing transaction checks the present."""


Pair = tuple[Ticket, Ticket]


def compatible(a: Ticket, b: Ticket) -> bool:
    """Whether the two may meet as far as their tickets tell."""
    return a.user_id != b.user_id and a.user_id not in b.blocked and b.user_id not in a.blocked


def pair_duels(
    tickets: Iterable[Ticket], may_meet: Callable[[Ticket, Ticket], bool] = compatible
) -> list[Pair]:
    """First come, first served: the longest waiting one gets the longest waiting other that it may meet.

    The outcome doesn't depend on the order of the input, and leaves no two tickets over that may meet.
    """
    waiting: list[Ticket] = sorted(tickets, key=lambda ticket: (ticket.joined_at, ticket.id))
    pairs: list[Pair] = []
    while waiting:
        first = waiting.pop(0)
        other = next((ticket for ticket in waiting if may_meet(first, ticket)), None)
        if other:
            waiting.remove(other)
            pairs.append((first, other))
    return pairs
