"""Leaving the place where a user is: on request, by joining elsewhere, by disconnecting, with the account."""

from __future__ import annotations

from shared.store import keys
from shared.store.places import TicketRow
from shared.store.seats import QUEUE, Seat
from shared.store.unit_of_work import UnitOfWork


def leave_place(work: UnitOfWork, seat: Seat) -> None:
    """Add to a unit of work what leaving the seat's place changes elsewhere, if the user is in a place.

    The caller writes the seat row itself in the same unit, under `seat.unchanged()`.
    """
    if seat.place_kind == QUEUE:
        work.delete(TicketRow.at((keys.queue(str(seat.place)), str(seat.ticket))))
