"""Joining and leaving queues."""

from __future__ import annotations

from shared.domain.errors import AlreadyPlaying, NotInQueue
from shared.domain.ids import new_id
from shared.domain.play.matchmaking import RANKED, QueueName, Ticket
from shared.store import keys
from shared.store.accounts.seats import QUEUE, Seat
from shared.store.accounts.users import Account
from shared.store.base import read_item
from shared.store.play.tickets import TicketRow
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.places import leave_place

RANKED_WINDOW = "ranked-window"
FIRST_LOOK_SECONDS = 1
"""Who joins looks at the queue at once; the timer's first look comes when that is over."""
MOST_LOOKS = 1440
"""So that no execution runs for ever: a day of looks once a minute. By then the window holds any two."""


def join_queue(account: Account, queue: QueueName) -> Ticket:
    """Take a ticket, leaving the place that the user is in; the one they hold already if it is of this queue.

    Conflict while the user plays a match.
    """
    user, seat = account.user, account.seat
    if seat.match_id:
        raise AlreadyPlaying
    held = _held_ticket(seat, queue)
    if held:
        return held
    work = UnitOfWork()
    ticket = Ticket(new_id(work.now), user.id, work.now, user.trophies, user.blocked)
    row = TicketRow.holding(queue, ticket)
    leave_place(work, seat)
    work.put(row)
    work.update(seat, seat.enter_place(QUEUE, queue, row.sk), when=seat.unchanged())
    if queue == RANKED:
        looks = {"ticket": row.sk, "seconds": FIRST_LOOK_SECONDS, "looks": MOST_LOOKS}
        work.start_timer(RANKED_WINDOW, looks)
    work.commit()
    return ticket


def leave_queue(seat: Seat, queue: QueueName) -> None:
    """Give the ticket back. NotFound if the user isn't in this queue."""
    if seat.place_kind != QUEUE or seat.place != queue:
        raise NotInQueue
    work = UnitOfWork()
    leave_place(work, seat)
    work.update(seat, seat.leave_place(), when=seat.unchanged())
    work.commit()


def _held_ticket(seat: Seat, queue: QueueName) -> Ticket | None:
    if seat.place_kind != QUEUE or seat.place != queue:
        return None
    row = read_item((keys.queue(queue), seat.ticket))
    return row.ticket if isinstance(row, TicketRow) else None
