"""Joining and leaving queues, and waiting in them."""

from __future__ import annotations

from dataclasses import replace

from shared.domain.ids import new_id
from shared.domain.play.errors import AlreadyPlaying, NotInQueue
from shared.domain.play.matchmaking import RANKED, QueueName, Ticket, is_of, shard_name
from shared.store import keys
from shared.store.accounts.seats import QUEUE, Seat
from shared.store.accounts.users import Account
from shared.store.base import read_item
from shared.store.play.tickets import TicketRow
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.places import leave_place
from shared.usecases.play.shards import draw_shard
from shared.usecases.rerun import PATIENT_RERUNS, rerun

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
    shard = draw_shard(queue)
    ticket = Ticket(new_id(work.now), user.id, work.now, user.trophies, user.blocked, shard)
    leave_place(work, seat)
    _store(work, queue, ticket, seat)
    if queue == RANKED:
        name = TicketRow.holding(queue, ticket).sk
        retries = {"ticket": name, "shard": shard, "seconds": FIRST_RETRY_SECONDS, "looks": MAX_RETRIES}
        work.start_timer(RANKED_WINDOW, retries)
    work.commit()
    return ticket


def wait_in_first_shard(queue: QueueName, ticket: Ticket) -> Ticket | None:
    """Move a ticket to the first shard, where it keeps its time of joining. None if its user doesn't hold it any more.

    Throttled if the seat goes on changing.
    """

    def write() -> Ticket | None:
        seat = read_item(keys.seat(ticket.user_id))
        if not isinstance(seat, Seat) or not holds(seat, queue, ticket):
            return None
        work = UnitOfWork()
        moved = replace(ticket, shard=0)
        work.delete(TicketRow.holding(queue, ticket))
        _store(work, queue, moved, seat)
        work.commit()
        return moved

    return rerun(write, PATIENT_RERUNS)


def _store(work: UnitOfWork, queue: QueueName, ticket: Ticket, seat: Seat) -> None:
    row = TicketRow.holding(queue, ticket)
    work.put(row)
    place = shard_name(queue, ticket.shard)
    work.update(seat, seat.enter_place(QUEUE, place, row.sk), when=seat.unchanged())


def leave_queue(seat: Seat, queue: QueueName) -> None:
    """Give the ticket back. NotInQueue."""
    if seat.place_kind != QUEUE or not is_of(queue, seat.place):
        raise NotInQueue
    work = UnitOfWork()
    leave_place(work, seat)
    work.update(seat, seat.leave_place(), when=seat.unchanged())
    work.commit()


def holds(seat: Seat, queue: QueueName, ticket: Ticket) -> bool:
    """Whether the user still holds this ticket."""
    place, name = shard_name(queue, ticket.shard), TicketRow.holding(queue, ticket).sk
    return (seat.place_kind, seat.place, seat.ticket) == (QUEUE, place, name)


def _held_ticket(seat: Seat, queue: QueueName) -> Ticket | None:
    if seat.place_kind != QUEUE or not is_of(queue, seat.place):
        return None
    row = read_item((keys.queue(seat.place), seat.ticket))
    return row.ticket if isinstance(row, TicketRow) else None
