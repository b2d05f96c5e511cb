"""Joining and leaving queues."""

from __future__ import annotations

from shared.domain.ids import new_id
from shared.domain.play.errors import AlreadyPlaying, NotInQueue
from shared.domain.play.matchmaking import RANKED, QueueName, Ticket
from shared.store import keys
from shared.store.accounts.seats import QUEUE, Seat
from shared.store.accounts.users import Account
from shared.store.base import read_item
from shared.store.play.tickets import TicketRow
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.places import leave_place

RANKED_WINDOW = "ranked-window"
FIRST_RETRY_SECONDS = 1
"""The joining request pairs at once; the timer's first retry comes after that."""
MAX_RETRIES = 1440
"""Ends an execution after a day of a retry per minute. By then the window holds any two tickets."""


def join_queue(account: Account, queue: QueueName) -> Ticket:
    """Take a ticket, leaving any other place. A user who is in this queue keeps their ticket. AlreadyPlaying."""
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
        retries = {"ticket": row.sk, "seconds": FIRST_RETRY_SECONDS, "looks": MAX_RETRIES}
        work.start_timer(RANKED_WINDOW, retries)
    work.commit()
    return ticket


def leave_queue(seat: Seat, queue: QueueName) -> None:
    """Give the ticket back. NotInQueue."""
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
