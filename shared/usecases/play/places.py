"""Entering and leaving a place: on request, by joining another one, by disconnecting, with the account.

A place is a queue, a lobby or a tournament; a user is in one at most (docs/contract/queues-and-matches.md). A new kind
of place needs a line in LEAVING, and in SEPARATING, at the end of this file.
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
from shared.usecases.play import lobby_leaving, tournament_leaving

Leave = Callable[[UnitOfWork, str, Sequence[Seat]], None]
"""Adds to a unit of work that these users leave a place. The caller writes their seats."""

Separate = Callable[[UnitOfWork, str, Account, Account], Seat | None]
"""Adds to a unit of work that the first user blocks the second in a common place. The seat of the one who goes."""


def enter_place(work: UnitOfWork, seat: Seat, kind: str, place: str) -> None:
    """Add to a unit of work that a user leaves their place, if any, and enters another one."""
    leave_place(work, seat)
    work.update(seat, seat.enter_place(kind, place), when=seat.unchanged())


def leave_place(work: UnitOfWork, seat: Seat) -> None:
    """Add to a unit of work that a user leaves their place, if any. InTournament while they may win a started one.

    The caller writes the seat itself in the same unit, under `seat.unchanged()`.
    """
    leave_places(work, [seat])


def leave_for_good(work: UnitOfWork, seat: Seat) -> None:
    """As `leave_place`, with the account: this leaves a started tournament, too."""
    if seat.place_kind == TOURNAMENT:
        tournament_leaving.leave(work, seat.place, [seat])
    else:
        leave_place(work, seat)


def leave_offline(work: UnitOfWork, seat: Seat) -> bool:
    """As `leave_place`, for a user without streams. False if they stay: in a started tournament."""
    if seat.place_kind == TOURNAMENT:
        return tournament_leaving.leave_unstarted(work, seat)
    leave_place(work, seat)
    return True


def leave_places(work: UnitOfWork, seats: Iterable[Seat]) -> None:
    """As `leave_place`, for several users. A place that several of them leave is written once."""
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
    """Add to a unit of work the effect of a block on a common room: docs/contract/relations.md#what-a-block-ends."""
    going: Seat | None = None
    place = (me.seat.place_kind, me.seat.place)
    if place[0] in SEPARATING and place == (other.seat.place_kind, other.seat.place):
        going = SEPARATING[place[0]](work, str(place[1]), me, other)
    for seat in (me.seat, other.seat):
        # The condition also keeps both from entering a place of the other one meanwhile.
        if seat is going:
            work.update(seat, seat.leave_place(), when=seat.unchanged())
        else:
            work.check(seat, seat.unchanged())


LEAVING: Mapping[str, Leave] = {
    QUEUE: _leave_queue,
    LOBBY: lobby_leaving.leave,
    TOURNAMENT: tournament_leaving.leave_for_another,
}

SEPARATING: Mapping[str, Separate] = {LOBBY: lobby_leaving.separate, TOURNAMENT: tournament_leaving.separate}
