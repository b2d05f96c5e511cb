"""Pairing by the requests that join a queue: no matchmaker process, no lock, and no ticket is forgotten.

The owner of a ticket reads the queue after writing it, and again until the ticket is used or the queue allows no match.
Proof that no two compatible tickets stay behind: the later of their owners' last reads came after both writes, so it
showed both tickets, and wasn't the last. Clash pairs in the same way, with a ticket per lobby (clash.py).

A crowded queue has several shards (shards.py). A ticket outside of the first one looks for an opponent there for a
moment; then its request moves it to the first shard, and pairs there. So all tickets that stay behind are in one shard.

In ranked, two tickets can become compatible while both wait. So the transaction that writes a ranked ticket starts a
timer as well, which pairs again whenever that may have happened (`retry_ticket`).
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Protocol, TypeVar

from shared.domain.errors import Conflict, RaceLost
from shared.domain.play.matches import GameMode
from shared.domain.play.matchmaking import (
    RANKED,
    Pair,
    QueueName,
    Ticket,
    compatible,
    next_opening,
    pair_duels,
    pair_ranked,
    shard_name,
)
from shared.settings import settings
from shared.store import keys
from shared.store.accounts.users import User, read_accounts
from shared.store.base import read_item, utc_now
from shared.store.play.tickets import TicketRow, read_queue
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.match_start import start_match
from shared.usecases.play.queues import holds, wait_in_first_shard
from shared.usecases.play.shards import note_crowd

PAIRING_SECONDS = 5.0
"""A request pairs for so long at most, and leaves the rest to the other owners."""
PAUSE_SECONDS = 0.03
MEETING_SECONDS = 0.15
"""A ticket looks for an opponent outside of the first shard for so long; in a crowd one comes within milliseconds."""

LONGEST_WAIT_SECONDS = 60
"""A waiting ticket is retried this often even if no window is about to open."""


class Blocked(Exception):
    """Two players have blocked each other since they took their tickets."""


class AnyTicket(Protocol):
    """A ticket of any queue."""

    @property
    def id(self) -> int:
        """The ticket's id."""

    @property
    def owner(self) -> int:
        """The id of the user that it belongs to, in clash of the lobby."""

    @property
    def joined_at(self) -> datetime:
        """When it was taken."""


T = TypeVar("T", bound=AnyTicket)
M = TypeVar("M")


def start_matches(
    owner: int,
    find_matches: Callable[[], tuple[list[T], list[M]]],
    tickets_of: Callable[[M], Sequence[T]],
    start: Callable[[M], None],
    *,
    patience: float = 0.0,
    time_share: float = 1.0,
) -> list[T]:
    """Start the match that a queue allows for an owner's ticket, or a match of others that stays behind.

    `find_matches` reads the queue: its tickets, and the matches that they allow. `start` raises RaceLost or Conflict
    if another request used one of the tickets, Blocked if the players may not meet; `find_matches` knows that then.
    For `patience` (seconds) it reads again if there is no match; it ends after this share of PAIRING_SECONDS.
    Returns the tickets as last read, without those of the owner's match if it has started.

    Of the owners in a match, the one with the youngest ticket tries first, since the others' requests may have ended
    long ago. So owners who arrive together don't all start their match at once. A match of others is started only if
    it is still there at the second read.
    """
    begun = time.monotonic()
    deadline = begun + time_share * PAIRING_SECONDS
    others_had_their_turn = False
    tickets: list[T] = []
    while time.monotonic() < deadline:
        tickets, matches = find_matches()
        if owner not in _owners(tickets) or (not matches and time.monotonic() >= begun + patience):
            break
        if not matches:
            time.sleep(random.uniform(0, PAUSE_SECONDS))
            continue
        mine = next((match for match in matches if owner in _owners(tickets_of(match))), None)
        if others_had_their_turn or (mine is not None and _youngest(tickets_of(mine)).owner == owner):
            try:
                start(random.choice(matches) if mine is None else mine)
            except Blocked:
                continue
            except (RaceLost, Conflict):
                pass  # another request used one of the tickets: read again, out of step with it
            else:
                if mine is not None:
                    return [ticket for ticket in tickets if ticket not in tickets_of(mine)]
        others_had_their_turn = True
        time.sleep(random.uniform(0, PAUSE_SECONDS))
    return tickets


def _owners(tickets: Iterable[AnyTicket]) -> set[int]:
    return {ticket.owner for ticket in tickets}


def _youngest(tickets: Iterable[AnyTicket]) -> AnyTicket:
    return max(tickets, key=lambda ticket: (ticket.joined_at, ticket.id))


def pair_up(queue: QueueName, ticket: Ticket) -> list[Ticket]:
    """Start the match that a queue of single players allows for a ticket, or a match of others.

    Returns the tickets as last read, without the ticket's pair if it has started.
    """
    if not ticket.shard:
        return _pair_in_shard(queue, ticket)
    tickets = _pair_in_shard(queue, ticket, patience=MEETING_SECONDS, time_share=0.5)
    moved = wait_in_first_shard(queue, ticket) if ticket in tickets else None
    return _pair_in_shard(queue, moved, time_share=0.5, new=False) if moved else tickets


def _pair_in_shard(
    queue: QueueName, ticket: Ticket, *, patience: float = 0.0, time_share: float = 1.0, new: bool = True
) -> list[Ticket]:
    """As `pair_up`, with the tickets of the same shard. The first look at a `new` ticket's shard tells the crowd."""
    apart: set[frozenset[int]] = set()
    looks = count()

    def may_meet(a: Ticket, b: Ticket) -> bool:
        return compatible(a, b) and frozenset((a.user_id, b.user_id)) not in apart

    def find_matches() -> tuple[list[Ticket], list[Pair]]:
        tickets = read_queue(queue, ticket.shard)
        if new and not next(looks):
            note_crowd(queue, ticket, tickets)
        return tickets, _pairs(queue, tickets, may_meet)

    def start(pair: Pair) -> None:
        try:
            _start(queue, *pair)
        except Blocked:
            apart.add(frozenset(ticket.user_id for ticket in pair))
            raise

    return start_matches(
        ticket.user_id, find_matches, lambda pair: pair, start, patience=patience, time_share=time_share
    )


def retry_ticket(sort_key: str, shard: int) -> int | None:
    """Start the match that the ranked queue allows by now for a waiting ticket, which joined in this shard.

    Returns the seconds until the next retry, when the window opens to another waiting ticket; None once the ticket is
    gone. A ticket that comes later pairs with this one itself.
    """
    places = [shard_name(RANKED, number) for number in dict.fromkeys((shard, 0))]
    row = next(filter(None, (read_item((keys.queue(place), sort_key)) for place in places)), None)
    if not isinstance(row, TicketRow):
        return None
    ticket = row.ticket
    tickets = pair_up(RANKED, ticket)
    if ticket.id not in {one.id for one in tickets}:
        return None
    now = utc_now()
    opening = next_opening(ticket, tickets, now, _widen())
    if opening is None:
        return LONGEST_WAIT_SECONDS
    return min(LONGEST_WAIT_SECONDS, math.ceil((opening - now).total_seconds()))


def _pairs(queue: QueueName, tickets: list[Ticket], may_meet: Callable[[Ticket, Ticket], bool]) -> list[Pair]:
    """The pairs by the rule of the queue."""
    if queue == RANKED:
        return pair_ranked(tickets, utc_now(), _widen(), may_meet)
    return pair_duels(tickets, may_meet)


def _widen() -> timedelta:
    return timedelta(seconds=settings().ranked_widen_seconds)


def _start(queue: QueueName, a: Ticket, b: Ticket) -> None:
    accounts = read_accounts((a.user_id, b.user_id), utc_now())
    if len(accounts) < 2:
        raise RaceLost
    one, two = accounts[a.user_id], accounts[b.user_id]
    for account, ticket in ((one, a), (two, b)):
        if not holds(account.seat, queue, ticket):
            raise RaceLost

    def guard(work: UnitOfWork) -> None:
        measure_waits(work, queue, (a, b))
        for account, other_ in ((one, two), (two, one)):
            work.check(
                account.user,
                ~User.blocked.contains(other_.user.id) & User.pk.exists(),
                otherwise=Blocked,
            )

    start_match(queue, [one], [two], guard)


def measure_waits(work: UnitOfWork, mode: GameMode, tickets: Iterable[AnyTicket]) -> None:
    """Count how long the tickets of a starting match have waited."""
    # Functions' clocks differ by some milliseconds.
    waited = [max(0, (work.now - each.joined_at) // timedelta(milliseconds=1)) for each in tickets]
    work.measure({"QueueWait": waited}, mode=mode)
