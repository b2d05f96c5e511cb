"""Who plays whom: pure functions of the tickets in a queue (docs/contract/queues-and-matches.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, Literal

QueueName = Literal["duel", "ranked"]
DUEL: Final = "duel"
RANKED: Final = "ranked"

WINDOW = 50
"""How many trophies two may be apart to meet at once in ranked, and how many more after each widening."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A user's place in a queue."""

    id: int
    user_id: int
    joined_at: datetime
    trophies: int = 0
    blocked: frozenset[int] = frozenset()
    """Users that this one had blocked on joining: a hint. The pairing transaction checks the present."""

    @property
    def owner(self) -> int:
        """Whose ticket it is."""
        return self.user_id


Pair = tuple[Ticket, Ticket]
"""The longer waiting one is the first."""


def compatible(a: Ticket, b: Ticket) -> bool:
    """Whether the two may meet as far as their tickets tell."""
    return a.user_id != b.user_id and a.user_id not in b.blocked and b.user_id not in a.blocked


def pair_duels(
    tickets: Iterable[Ticket], may_meet: Callable[[Ticket, Ticket], bool] = compatible
) -> list[Pair]:
    """First come, first served: the longest waiting one gets the longest waiting other that it may meet.

    The outcome doesn't depend on the order of the input, and leaves no two tickets over that may meet.
    """
    waiting: list[Ticket] = sorted(tickets, key=_turn)
    pairs: list[Pair] = []
    while waiting:
        first = waiting.pop(0)
        other = next((ticket for ticket in waiting if may_meet(first, ticket)), None)
        if other:
            waiting.remove(other)
            pairs.append((first, other))
    return pairs


def window_opens(a: Ticket, b: Ticket, widen: timedelta) -> datetime:
    """When the window of the longer waiting one is wide enough for the trophies between the two.

    It holds 50 trophies from the beginning, and 50 more after each `widen`.
    """
    return min(a.joined_at, b.joined_at) + _widenings(abs(a.trophies - b.trophies)) * widen


def pair_ranked(
    tickets: Iterable[Ticket],
    now: datetime,
    widen: timedelta,
    may_meet: Callable[[Ticket, Ticket], bool] = compatible,
) -> list[Pair]:
    """Nearest trophies first, within the window; among equally near ones the longest waiting first.

    The outcome doesn't depend on the order of the input, and leaves no two tickets over that may meet by now.
    """
    pairs: list[Pair] = []
    left: list[Ticket] = []
    # Those with equal trophies are the nearest. New users all are, so a crowd of them must not take n² steps.
    for _, group in groupby(sorted(tickets, key=_trophies), key=_trophies):
        equals = list(group)
        met = pair_duels(equals, may_meet)
        used = {ticket.id for pair in met for ticket in pair}
        pairs += met
        left += (ticket for ticket in equals if ticket.id not in used)
    used = set()
    for a, b in sorted(_near(left, now, widen), key=_nearness):
        if a.id not in used and b.id not in used and may_meet(a, b):
            used |= {a.id, b.id}
            pairs.append((a, b))
    return pairs


def next_opening(
    ticket: Ticket, tickets: Iterable[Ticket], now: datetime, widen: timedelta
) -> datetime | None:
    """When the window next lets a ticket and another one of the queue meet; None if all of them may already."""
    opens = (window_opens(ticket, other, widen) for other in tickets if compatible(ticket, other))
    return min((at for at in opens if at > now), default=None)


def _near(by_trophies: Sequence[Ticket], now: datetime, widen: timedelta) -> Iterator[Pair]:
    """All pairs whose window is open."""
    oldest = min((ticket.joined_at for ticket in by_trophies), default=now)
    for n, a in enumerate(by_trophies):
        for m in range(n + 1, len(by_trophies)):
            b = by_trophies[m]
            if oldest + _widenings(b.trophies - a.trophies) * widen > now:
                break  # from here on too far for anybody's window
            if window_opens(a, b, widen) <= now:
                yield (a, b) if _turn(a) < _turn(b) else (b, a)


def _widenings(gap: int) -> int:
    return max(0, -(-gap // WINDOW) - 1)


def _nearness(pair: Pair) -> tuple[int, tuple[datetime, int], tuple[datetime, int]]:
    a, b = pair
    return abs(a.trophies - b.trophies), _turn(a), _turn(b)


def _turn(ticket: Ticket) -> tuple[datetime, int]:
    return ticket.joined_at, ticket.id


def _trophies(ticket: Ticket) -> int:
    return ticket.trophies
