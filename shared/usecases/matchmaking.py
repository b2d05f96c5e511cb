"""Pairing by those who join: no matchmaker process, no lock, and nobody is forgotten.

Every owner of a ticket looks at the queue after writing it, and doesn't stop before the ticket is used or no
two compatible tickets show. So take two compatible tickets that stay behind: the later of their owners' last
looks came after both were written, and showed both. Contradiction.

In ranked, two tickets can become compatible while both only wait. So every ticket there starts a timer with its own
transaction, which looks at the queue again whenever that may have happened (`look_again`).
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from datetime import timedelta

from shared.domain.errors import Conflict, RaceLost
from shared.domain.matchmaking import (
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
from shared.store.base import read_item, utc_now
from shared.store.places import TicketRow, read_queue
from shared.store.seats import QUEUE
from shared.store.unit_of_work import UnitOfWork
from shared.store.users import Account, User, read_accounts
from shared.usecases.matches import start_match

LOOK_SECONDS = 5.0
"""After this long one owner leaves the rest to the others, so that a request ends."""
PAUSE_SECONDS = 0.03

LONGEST_WAIT_SECONDS = 60
"""A waiting ticket is looked at this often even if nobody's window is about to open."""


class Blocked(Exception):
    """One of the two has blocked the other since they took their tickets."""


def pair_up(queue: QueueName, user_id: int) -> list[Ticket]:
    """Start the match that the queue allows to the owner of a ticket, or somebody else's that is left lying.

    Returns the queue as it was seen last, without the own pair if that has started.

    The younger ticket of a pair has the first try, for the owner of the older one may well have gone long ago; so
    two who arrive together don't both start their match. What is not one's own pair is left to its owners, too,
    until a second look still shows it.
    """
    apart: set[frozenset[int]] = set()

    def may_meet(a: Ticket, b: Ticket) -> bool:
        return compatible(a, b) and frozenset((a.user_id, b.user_id)) not in apart

    deadline = time.monotonic() + LOOK_SECONDS
    others_had_a_try = False
    tickets: list[Ticket] = []
    while time.monotonic() < deadline:
        tickets = read_queue(queue)
        pairs = _pairs(queue, tickets, may_meet)
        if not pairs or user_id not in {ticket.user_id for ticket in tickets}:
            break
        mine = next((pair for pair in pairs if user_id in (pair[0].user_id, pair[1].user_id)), None)
        if others_had_a_try or (mine and mine[1].user_id == user_id):
            a, b = mine or random.choice(pairs)
            try:
                _start(queue, a, b)
            except Blocked:
                apart.add(frozenset((a.user_id, b.user_id)))
                continue
            except (RaceLost, Conflict):
                pass  # somebody else was at one of the two: look again, out of step with them
            else:
                if mine:
                    return [ticket for ticket in tickets if ticket not in mine]
        others_had_a_try = True
        time.sleep(random.uniform(0, PAUSE_SECONDS))
    return tickets


def look_again(sort_key: str) -> int | None:
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
                ~User.blocked.contains(other_.user.user_id) & User.pk.exists(),
                otherwise=Blocked(),
            )

    start_match(queue, [one], [two], never_blocked)


def _holds(account: Account, queue: QueueName, ticket: Ticket) -> bool:
    """Whether the account's seat is still that of this ticket."""
    return account.seat.place_kind == QUEUE and account.seat.ticket == TicketRow.holding(queue, ticket).sk
