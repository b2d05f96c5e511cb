"""Pairing by those who join: no matchmaker process, no lock, and nobody is forgotten.

Every owner of a ticket looks at the queue after writing it, and doesn't stop before the ticket is used or no
two compatible tickets show. So take two compatible tickets that stay behind: the later of their owners' last
looks came after both were written, and showed both. Contradiction.

Clash pairs in the same way (shared/usecases/play/clash.py): there a ticket is a lobby's.

In ranked, two tickets can become compatible while both only wait. So every ticket there starts a timer with its own
transaction, which looks at the queue again whenever that may have happened (`retry_ticket`).
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from shared.domain.errors import Conflict, RaceLost
from shared.domain.play.matchmaking import (
    RANKED,
    Pair,
    QueueName,
    Ticket,
    compatible,
    next_opening,
    pair_duels,
    pair_ranked,
)
from shared.settings import settings
from shared.store import keys
from shared.store.accounts.seats import QUEUE
from shared.store.accounts.users import Account, User, read_accounts
from shared.store.base import read_item, utc_now
from shared.store.play.tickets import TicketRow, read_queue
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.matches import start_match

LOOK_SECONDS = 5.0
"""After this long one owner leaves the rest to the others, so that a request ends."""
PAUSE_SECONDS = 0.03

LONGEST_WAIT_SECONDS = 60
"""A waiting ticket is looked at this often even if nobody's window is about to open."""


class Blocked(Exception):
    """Some of those who were to meet have blocked each other since they took their tickets."""


class AnyTicket(Protocol):
    """A ticket of any queue."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def owner(self) -> int:
        """Who pairs for it: a user, in clash a lobby."""

    @property
    def joined_at(self) -> datetime:
        """Since when it waits."""


T = TypeVar("T", bound=AnyTicket)
M = TypeVar("M")


def start_matches(
    owner: int,
    look: Callable[[], tuple[list[T], list[M]]],
    tickets_of: Callable[[M], Sequence[T]],
    start: Callable[[M], None],
) -> list[T]:
    """Start the match that a queue allows to the owner of a ticket, or somebody else's that is left lying.

    `look` reads the queue: its tickets, and the matches that they allow. `start` raises RaceLost or Conflict if
    somebody else was at one of the tickets, Blocked if these may not meet after all; `look` shows them no more then.
    Returns the queue as it was seen last, without the tickets of the own match if that has started.

    The youngest ticket of a match has the first try, for the owners of the older ones may well have gone long ago;
    so those who arrive together don't all start their match. What is not one's own match is left to its owners, too,
    until a second look still shows it.
    """
    deadline = time.monotonic() + LOOK_SECONDS
    others_had_a_try = False
    tickets: list[T] = []
    while time.monotonic() < deadline:
        tickets, matches = look()
        if not matches or owner not in _owners(tickets):
            break
        mine = next((match for match in matches if owner in _owners(tickets_of(match))), None)
        if others_had_a_try or (mine is not None and _youngest(tickets_of(mine)).owner == owner):
            try:
                start(random.choice(matches) if mine is None else mine)
            except Blocked:
                continue
            except (RaceLost, Conflict):
                pass  # somebody else was at one of them: look again, out of step with them
            else:
                if mine is not None:
                    return [ticket for ticket in tickets if ticket not in tickets_of(mine)]
        others_had_a_try = True
        time.sleep(random.uniform(0, PAUSE_SECONDS))
    return tickets


def _owners(tickets: Iterable[AnyTicket]) -> set[int]:
    return {ticket.owner for ticket in tickets}


def _youngest(tickets: Iterable[AnyTicket]) -> AnyTicket:
    return max(tickets, key=lambda ticket: (ticket.joined_at, ticket.id))


def pair_up(queue: QueueName, user_id: int) -> list[Ticket]:
    """Start the match that a queue of single players allows to the owner of a ticket, or somebody else's.

    Returns the queue as it was seen last, without the own pair if that has started.
    """
    apart: set[frozenset[int]] = set()

    def may_meet(a: Ticket, b: Ticket) -> bool:
        return compatible(a, b) and frozenset((a.user_id, b.user_id)) not in apart

    def look() -> tuple[list[Ticket], list[Pair]]:
        tickets = read_queue(queue)
        return tickets, _pairs(queue, tickets, may_meet)

    def start(pair: Pair) -> None:
        try:
            _start(queue, *pair)
        except Blocked:
            apart.add(frozenset(ticket.user_id for ticket in pair))
            raise

    return start_matches(user_id, look, lambda pair: pair, start)


def retry_ticket(sort_key: str) -> int | None:
    """Start the match that a ticket of the ranked queue allows by now, if it still waits.

    Returns after how many seconds to look at it next, None once the ticket is gone. That is when the window
    opens between it and one that waits already: who comes later looks at this one, too.
    """
    row = read_item((keys.queue(RANKED), sort_key))
    if not isinstance(row, TicketRow):
        return None
    ticket = row.ticket
    tickets = pair_up(RANKED, ticket.user_id)
    if ticket not in tickets:
        return None
    now = utc_now()
    opening = next_opening(ticket, tickets, now, _widen())
    if opening is None:
        return LONGEST_WAIT_SECONDS
    return min(LONGEST_WAIT_SECONDS, math.ceil((opening - now).total_seconds()))


def _pairs(queue: QueueName, tickets: list[Ticket], may_meet: Callable[[Ticket, Ticket], bool]) -> list[Pair]:
    """Who plays whom by the rule of the queue."""
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
        if not _holds(account, queue, ticket):
            raise RaceLost

    def never_blocked(work: UnitOfWork) -> None:
        for account, other_ in ((one, two), (two, one)):
            work.check(
                account.user,
                ~User.blocked.contains(other_.user.id) & User.pk.exists(),
                otherwise=Blocked(),
            )

    start_match(queue, [one], [two], never_blocked)


def _holds(account: Account, queue: QueueName, ticket: Ticket) -> bool:
    """Whether the account's seat is still that of this ticket."""
    return account.seat.place_kind == QUEUE and account.seat.ticket == TicketRow.holding(queue, ticket).sk
