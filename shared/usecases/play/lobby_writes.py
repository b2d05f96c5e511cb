"""Writing a changed lobby with all consequences: ticket, code, seats, events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shared.domain.play.lobby_rules import LobbyChange
from shared.domain.play.rooms import RoomEvent
from shared.store import keys
from shared.store.accounts.seats import LOBBY, Seat
from shared.store.play.codes import Code
from shared.store.play.lobbies import LobbyRow
from shared.store.play.tickets import PartyTicketRow
from shared.store.unit_of_work import UnitOfWork
from shared.wire.play.lobbies import LobbyParticipant
from shared.wire.play.lobby_events import lobby_event


def write_lobby(
    work: UnitOfWork,
    row: LobbyRow,
    change: LobbyChange,
    names: Mapping[int, str],
    joined: LobbyParticipant | None = None,
    ticket: PartyTicketRow | None = None,
) -> None:
    """Add a change of a lobby to a unit of work, with its consequences.

    `names` has the users that come or go; `joined` is the one who comes. A clash lobby waits in the queue only if it
    is given a `ticket`; an earlier ticket goes.
    """
    if row.ticket:
        work.delete(PartyTicketRow.of(row.ticket))
    if ticket:
        work.put(ticket)
    if change.lobby is None:
        work.delete(row, when=row.unchanged())
        work.delete(Code.at(keys.code(row.state.code)), when=Code.place == row.pk)
        for user_id in change.evicted:
            leave_seat(work, row, user_id)
    else:
        work.update(row, row.become(change.lobby, ticket.sk if ticket else None), when=row.unchanged())
    emit_events(work, row, change.events, names, joined)


def emit_events(
    work: UnitOfWork,
    row: LobbyRow,
    events: Iterable[RoomEvent],
    names: Mapping[int, str],
    joined: LobbyParticipant | None = None,
) -> None:
    """Add the events of a change to a unit of work, in the lobby's partition."""
    for event in events:
        if event.to:
            work.emit(row.pk, event.to, lobby_event(event, names, joined))


def leave_seat(work: UnitOfWork, row: LobbyRow, user_id: int) -> None:
    """Add to a unit of work that a user's seat is no longer in a lobby."""
    seat, lobby_id = Seat.of(user_id), str(row.state.id)
    work.update(seat, seat.leave_place(), when=Seat.is_in(LOBBY, lobby_id))
