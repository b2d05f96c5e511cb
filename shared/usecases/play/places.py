"""Entering a place and leaving it: on request, by joining elsewhere, by disconnecting, with the account.

A kind of place joins in with a line in LEAVING, and in SEPARATING, at the end of this file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from shared.store import keys
from shared.store.accounts.seats import LOBBY, QUEUE, TOURNAMENT, Seat
from shared.store.accounts.users import Account
from shared.store.base import Item, Key
from shared.store.play.tickets import TicketRow
from shared.store.social.relations import RelationChanges
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play import lobby_writes, tournament_writes

Leave = Callable[[UnitOfWork, str, Sequence[Seat]], None]
"""Adds to a unit of work what it changes in one place that these users, who are in it, go; not their own seats."""

Separate = Callable[[UnitOfWork, str, Account, Account], Seat | None]
"""Adds to a unit of work what it changes in the place of two that one blocks the other; the seat of who goes."""


def enter_place(work: UnitOfWork, seat: Seat, kind: str, place: str) -> None:
    """Add to a unit of work that a user is in a place from now on, and no longer where they are."""
    leave_place(work, seat)
    work.update(seat, seat.enter_place(kind, place), when=seat.unchanged())


def leave_place(work: UnitOfWork, seat: Seat) -> None:
    """Add to a unit of work what leaving the seat's place changes elsewhere, if the user is in a place.

    The caller writes the seat row itself in the same unit, under `seat.unchanged()`. InTournament if that is a
    tournament which has started, and which the user may still win.
    """
    leave_places(work, [seat])


def leave_for_good(work: UnitOfWork, seat: Seat) -> None:
    """The same, because the user goes away altogether: that ends even a tournament for them."""
    if seat.place_kind == TOURNAMENT:
        tournament_writes.leave(work, seat.place, [seat])
    else:
        leave_place(work, seat)


def leave_offline(work: UnitOfWork, seat: Seat) -> bool:
    """The same, because the user has no stream any more; False if they stay: in a tournament that has started."""
    if seat.place_kind == TOURNAMENT:
        return tournament_writes.leave_unstarted(work, seat)
    leave_place(work, seat)
    return True


def leave_places(work: UnitOfWork, seats: Iterable[Seat]) -> None:
    """The same for several users at once, some of whom may be in the same place: that is written only once."""
    there: dict[tuple[str, str], list[Seat]] = defaultdict(list)
    for seat in seats:
        if seat.place_kind:
            there[seat.place_kind, seat.place].append(seat)
    for (kind, place), leaving in there.items():
        LEAVING[kind](work, place, leaving)


def _leave_queue(work: UnitOfWork, queue: str, seats: Sequence[Seat]) -> None:
    for seat in seats:
        work.delete(TicketRow.at((keys.queue(queue), seat.ticket)))


def leave_shared_place(
    work: UnitOfWork, _changes: RelationChanges, me: Account, other: Account, _found: Mapping[Key, Item]
) -> None:
    """A block takes the blocked one from a place of the blocker's, banned, and the blocker from one of theirs."""
    going: Seat | None = None
    place = (me.seat.place_kind, me.seat.place)
    if place[0] in SEPARATING and place == (other.seat.place_kind, other.seat.place):
        going = SEPARATING[place[0]](work, str(place[1]), me, other)
    for seat in (me.seat, other.seat):
        # Neither comes into a place of the other one's while this is decided.
        if seat is going:
            work.update(seat, seat.leave_place(), when=seat.unchanged())
        else:
            work.check(seat, seat.unchanged())


LEAVING: Mapping[str, Leave] = {
    QUEUE: _leave_queue,
    LOBBY: lobby_writes.leave,
    TOURNAMENT: tournament_writes.leave_for_another,
}

SEPARATING: Mapping[str, Separate] = {LOBBY: lobby_writes.separate, TOURNAMENT: tournament_writes.separate}
