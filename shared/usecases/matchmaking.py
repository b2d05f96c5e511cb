"""Pairing by those who join: no matchmaker process, no lock, and nobody is forgotten.

Every owner of a ticket looks at the queue after writing it, and doesn't stop before the ticket is used or no
two compatible tickets show. So take two compatible tickets that stay behind: the later of their owners' last
looks came after both were written, and showed both. Contradiction.
"""

from __future__ import annotations

import random
import time
from typing import Final

from shared.domain.errors import Conflict, RaceLost
from shared.domain.matchmaking import Ticket, compatible, pair_duels
from shared.store.base import utc_now
from shared.store.places import TicketRow, read_queue
from shared.store.seats import QUEUE
from shared.store.unit_of_work import UnitOfWork
from shared.store.users import Account, User, read_accounts
from shared.usecases.matches import start_match

DUEL: Final = "duel"

LOOK_SECONDS = 5.0
"""After this long one owner leaves the rest to the others, so that a request ends."""
PAUSE_SECONDS = 0.03


class Blocked(Exception):
    """One of the two has blocked the other since they took their tickets."""


def pair_up(user_id: int) -> None:
    """Start the duel that the queue allows to the owner of a ticket, or somebody else's that is left lying.

    The younger ticket of a pair has the first try, for the owner of the older one may well have gone long ago; so
    two who arrive together don't both start their match. What is not one's own pair is left to its owners, too,
    until a second look still shows it.
    """
    apart: set[frozenset[int]] = set()

    def may_meet(a: Ticket, b: Ticket) -> bool:
        return compatible(a, b) and frozenset((a.user_id, b.user_id)) not in apart

    deadline = time.monotonic() + LOOK_SECONDS
    others_had_a_try = False
    while time.monotonic() < deadline:
        tickets = read_queue(DUEL)
        pairs = pair_duels(tickets, may_meet)
        if not pairs or user_id not in {ticket.user_id for ticket in tickets}:
            return
        mine = next((pair for pair in pairs if user_id in (pair[0].user_id, pair[1].user_id)), None)
        if others_had_a_try or (mine and mine[1].user_id == user_id):
            a, b = mine or random.choice(pairs)
            try:
                _start(a, b)
            except Blocked:
                apart.add(frozenset((a.user_id, b.user_id)))
                continue
            except (RaceLost, Conflict):
                pass  # somebody else was at one of the two: look again, out of step with them
            else:
                if mine:
                    return
        others_had_a_try = True
        time.sleep(random.uniform(0, PAUSE_SECONDS))


def _start(a: Ticket, b: Ticket) -> None:
    accounts = read_accounts((a.user_id, b.user_id), utc_now())
    if len(accounts) < 2:
        raise RaceLost
    one, two = accounts[a.user_id], accounts[b.user_id]
    for account, ticket in ((one, a), (two, b)):
        if not _holds(account, ticket):
            raise RaceLost

    def never_blocked(work: UnitOfWork) -> None:
        for account, other_ in ((one, two), (two, one)):
            work.check(
                account.user,
                ~User.blocked.contains(other_.user.user_id) & User.pk.exists(),
                otherwise=Blocked(),
            )

    start_match(DUEL, [one], [two], never_blocked)


def _holds(account: Account, ticket: Ticket) -> bool:
    """Whether the account's seat is still that of this ticket."""
    return account.seat.place_kind == QUEUE and account.seat.ticket == TicketRow.holding(DUEL, ticket).sk
