"""All ways of leaving a tournament."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from shared.domain.errors import RaceLost
from shared.domain.play import tournament_rules as rules
from shared.domain.play.errors import InTournament, NotTournamentMember
from shared.domain.play.rooms import RoomEvent
from shared.store import keys
from shared.store.accounts.seats import Seat
from shared.store.accounts.users import Account, account_keys
from shared.store.base import Item, Key, read_items
from shared.store.play.tournaments import TournamentRow
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.tournament_writes import view_in, write_tournament
from shared.wire.play.bracket import TournamentView


def read_with(place: str, user_ids: Sequence[int]) -> tuple[TournamentRow, Mapping[Key, Item]]:
    """A tournament and some accounts. RaceLost if the tournament has ended. A BatchGetItem."""
    row_key = keys.tournament(int(place))
    found = read_items([row_key, *account_keys(user_ids)])
    row = found.get(row_key)
    if not isinstance(row, TournamentRow):
        raise RaceLost  # the tournament has ended since the seat was read
    return row, found


def leave(work: UnitOfWork, place: str, seats: Sequence[Seat], code: str | None = None) -> None:
    """Add to a unit of work that participants leave; after the start they are out. The caller writes their seats.

    NotTournamentMember if `code` isn't the tournament's. A BatchGetItem.
    """
    _leave(work, *read_with(place, [seat.user_id for seat in seats]), seats, code)


def leave_for_another(work: UnitOfWork, place: str, seats: Sequence[Seat]) -> None:
    """As `leave`, to enter another place. InTournament for a user who may still win a started one."""
    row, found = read_with(place, [seat.user_id for seat in seats])
    tournament = row.state
    if any(tournament.is_playing(seat.user_id) for seat in seats):
        raise InTournament
    _leave(work, row, found, seats, None)


def leave_unstarted(work: UnitOfWork, seat: Seat) -> bool:
    """As `leave`, for a user without streams. False, and no change, once the tournament has started."""
    row, found = read_with(seat.place, [seat.user_id])
    if row.state.is_started:
        return False
    _leave(work, row, found, [seat], None)
    return True


def _leave(
    work: UnitOfWork, row: TournamentRow, found: Mapping[Key, Item], seats: Sequence[Seat], code: str | None
) -> None:
    tournament = row.state
    events: list[RoomEvent] = []
    if code is not None and tournament.code != code:
        raise NotTournamentMember
    for seat in seats:
        if not tournament.has(seat.user_id):
            raise RaceLost  # the seat and the tournament were read at different times
        tournament, left_events = rules.leave(tournament, seat.user_id)
        events += left_events
    write_tournament(work, row, (tournament, tuple(events)), view_in(found, row.state, work.now))


def separate(work: UnitOfWork, row: TournamentRow, me: Account, other: Account) -> Seat | None:
    """Add to a unit of work that one participant blocks another. The seat of the one who has to go, None if both stay.

    Both stay in a started tournament, where the bracket decides the matches, and in a third user's tournament.
    """
    mine, theirs = me.user.id, other.user.id
    tournament = replace(row.state, blocks=row.state.blocks | {(mine, theirs)})
    if not {mine, theirs} <= set(tournament.present):
        raise RaceLost  # a seat and the tournament were read at different times
    if tournament.is_started or tournament.created_by not in (mine, theirs):
        work.update(row, row.block(tournament.blocks), when=row.unchanged())
        return None
    is_mine = tournament.created_by == mine
    change = rules.remove(tournament, theirs) if is_mine else rules.leave(tournament, mine)
    write_tournament(work, row, change, TournamentView({mine: me, theirs: other}, {}, work.now))
    return other.seat if is_mine else me.seat
