"""Pairs players: pure functions of the tickets in a queue (docs/contract/queues-and-matches.md)."""

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
"""Ranked players who are at most this many trophies apart may meet at once; each widening adds as many."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A user's place in a queue."""

    id: int
    user_id: int
    joined_at: datetime
    trophies: int = 0
    blocked: frozenset[int] = frozenset()
    """Users blocked by this one on joining: a hint. The pairing transaction checks the present."""
    shard: int = 0
    """The part of a crowded queue that it is in. Tickets wait in the first one, 0."""

    @property
    def owner(self) -> int:
        """The user's id."""
        return self.user_id


def shard_name(queue: QueueName, shard: int) -> str:
    """How a shard of a queue is called: the first one as the queue itself."""
    return f"{queue}#{shard}" if shard else queue


def shard_in(name: str) -> int:
    """The number of the shard with a name."""
    return int(name.partition("#")[2] or 0)


def is_of(queue: QueueName, name: str | None) -> bool:
    """Whether a shard with this name is one of the queue's."""
    return name is not None and name.partition("#")[0] == queue


Pair = tuple[Ticket, Ticket]
"""The longer waiting one comes first."""


def compatible(a: Ticket, b: Ticket) -> bool:
    """Whether the tickets of two users let them meet."""
    return a.user_id != b.user_id and a.user_id not in b.blocked and b.user_id not in a.blocked


def pair_duels(
    tickets: Iterable[Ticket], may_meet: Callable[[Ticket, Ticket], bool] = compatible
) -> list[Pair]:
    """First come, first served: the longest waiting ticket gets the longest waiting other that it may meet.

    The outcome doesn't depend on the order of the input, and leaves no two tickets over that may meet.
    """
    waiting: list[Ticket] = sorted(tickets, key=_queue_order)
    pairs: list[Pair] = []
    while waiting:
        first = waiting.pop(0)
        other = next((ticket for ticket in waiting if may_meet(first, ticket)), None)
        if other:
            waiting.remove(other)
            pairs.append((first, other))
    return pairs


def window_opens(a: Ticket, b: Ticket, widen: timedelta) -> datetime:
    """The time when the window of the longer waiting one spans the trophies between the two.

    It spans 50 trophies from the beginning, and 50 more after each `widen`.
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
    unpaired: list[Ticket] = []
    # Equal trophies are the nearest. All new users have them, so a crowd of them must not take n² steps.
    for _, group in groupby(sorted(tickets, key=_trophies), key=_trophies):
        equals = list(group)
        equal_pairs = pair_duels(equals, may_meet)
        paired = {ticket.id for pair in equal_pairs for ticket in pair}
        pairs += equal_pairs
        unpaired += (ticket for ticket in equals if ticket.id not in paired)
    paired = set()
    for a, b in sorted(_open_pairs(unpaired, now, widen), key=_nearness):
        if a.id not in paired and b.id not in paired and may_meet(a, b):
            paired |= {a.id, b.id}
            pairs.append((a, b))
    return pairs


def next_opening(
    ticket: Ticket, tickets: Iterable[Ticket], now: datetime, widen: timedelta
) -> datetime | None:
    """The next time when a window opens between this ticket and another one; None if all are open."""
    opens = (window_opens(ticket, other, widen) for other in tickets if compatible(ticket, other))
    return min((at for at in opens if at > now), default=None)


def _open_pairs(by_trophies: Sequence[Ticket], now: datetime, widen: timedelta) -> Iterator[Pair]:
    """All pairs whose window is open."""
    oldest = min((ticket.joined_at for ticket in by_trophies), default=now)
    for n, a in enumerate(by_trophies):
        for m in range(n + 1, len(by_trophies)):
            b = by_trophies[m]
            if oldest + _widenings(b.trophies - a.trophies) * widen > now:
                break  # all further tickets are too far for any window
            if window_opens(a, b, widen) <= now:
                yield (a, b) if _queue_order(a) < _queue_order(b) else (b, a)


def _widenings(gap: int) -> int:
    return max(0, -(-gap // WINDOW) - 1)


def _nearness(pair: Pair) -> tuple[int, tuple[datetime, int], tuple[datetime, int]]:
    a, b = pair
    return abs(a.trophies - b.trophies), _queue_order(a), _queue_order(b)


def _queue_order(ticket: Ticket) -> tuple[datetime, int]:
    return ticket.joined_at, ticket.id


def _trophies(ticket: Ticket) -> int:
    return ticket.trophies
