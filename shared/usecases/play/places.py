"""Entering and leaving a place: on request, by joining another one, by disconnecting, with the account.

A place is a queue, a lobby or a tournament; a user is in one at most (docs/contract/queues-and-matches.md). A new kind
of place needs a line in LEAVING, a new kind of room also one in ROOMS, at the end of this file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from shared.domain.errors import RaceLost
from shared.store import keys
from shared.store.accounts.seats import LOBBY, QUEUE, TOURNAMENT, Seat
from shared.store.accounts.users import Account
from shared.store.base import Item, Key
from shared.store.play.lobbies import LobbyRow
from shared.store.play.tickets import TicketRow
from shared.store.play.tournaments import TournamentRow
from shared.store.social.relations import RelationChanges
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play import lobby_leaving, tournament_leaving

Leave = Callable[[UnitOfWork, str, Sequence[Seat]], None]
"""Adds to a unit of work that these users leave a place. The caller writes their seats."""


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


def room_keys(seat: Seat) -> list[Key]:
    """The key of the lobby or tournament that a user is in, if any."""
    return [ROOMS[seat.place_kind](int(seat.place))] if seat.place_kind in ROOMS else []


def _room(seat: Seat, found: Mapping[Key, Item]) -> LobbyRow | TournamentRow | None:
    """The user's lobby or tournament among items read under `room_keys`; None outside any."""
    for key in room_keys(seat):
        row = found.get(key)
        if not isinstance(row, (LobbyRow, TournamentRow)):
            raise RaceLost  # it has ended since the seat was read
        return row
    return None


def block_in_room(
    work: UnitOfWork, _changes: RelationChanges, me: Account, other: Account, found: Mapping[Key, Item]
) -> None:
    """Add to a unit of work the effect of a block on the room of the blocker, and on the other user if they share it.

    docs/contract/relations.md#what-a-block-ends. The blocker's seat is written: if the blocker enters a room meanwhile,
    that starts again and knows the block. The other user enters none meanwhile.
    """
    row, mine = _room(me.seat, found), (me.seat.place_kind, me.seat.place)
    going: Seat | None = None
    if row and mine == (other.seat.place_kind, other.seat.place):
        going = _separate(work, row, me, other)
    elif row:
        blocks = row.state.blocks | {(me.user.id, other.user.id)}
        work.update(row, row.block(blocks), when=row.unchanged())
    work.update(
        me.seat, me.seat.leave_place() if going is me.seat else me.seat.stay(), when=me.seat.unchanged()
    )
    if going is other.seat:
        work.update(other.seat, other.seat.leave_place(), when=other.seat.unchanged())
    else:
        work.check(other.seat, other.seat.unchanged())


def _separate(work: UnitOfWork, row: LobbyRow | TournamentRow, me: Account, other: Account) -> Seat | None:
    if isinstance(row, LobbyRow):
        return lobby_leaving.separate(work, row, me, other)
    return tournament_leaving.separate(work, row, me, other)


def unblock_in_room(
    work: UnitOfWork, _changes: RelationChanges, me: Account, other_id: int, found: Mapping[Key, Item]
) -> None:
    """Add to a unit of work that the two hear each other again in the room of the one who has blocked."""
    if row := _room(me.seat, found):
        work.update(row, row.block(row.state.blocks - {(me.user.id, other_id)}), when=row.unchanged())
    work.update(me.seat, me.seat.stay(), when=me.seat.unchanged())


ROOMS: Mapping[str, Callable[[int], Key]] = {LOBBY: keys.lobby, TOURNAMENT: keys.tournament}

LEAVING: Mapping[str, Leave] = {
    QUEUE: _leave_queue,
    LOBBY: lobby_leaving.leave,
    TOURNAMENT: tournament_leaving.leave_for_another,
}
