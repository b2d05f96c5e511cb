"""All ways of leaving a tournament."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from shared.wire.play.tournaments import TournamentView


def read_with(place: str, user_ids: Sequence[int]) -> tuple[TournamentRow, Mapping[Key, Item]]:
    """The tournament that users are in, and their accounts. A BatchGetItem."""
    row_key = keys.tournament(int(place))
    found = read_items([row_key, *account_keys(user_ids)])
    row = found.get(row_key)
    if not isinstance(row, TournamentRow):
        raise RaceLost  # it has ended since the seat was read
    return row, found


def leave(work: UnitOfWork, place: str, seats: Sequence[Seat], code: str | None = None) -> None:
    """Add to a unit of work that participants go, all but their own seats; who still played is out by that.

    NotTournamentMember if it has another code than the one given. A BatchGetItem.
    """
    _leave(work, *read_with(place, [seat.user_id for seat in seats]), seats, code)


def leave_for_another(work: UnitOfWork, place: str, seats: Sequence[Seat]) -> None:
    """The same, because they go elsewhere. InTournament for who may still win a tournament that has started."""
    row, found = read_with(place, [seat.user_id for seat in seats])
    tournament = row.tournament
    if any(tournament.is_playing(seat.user_id) for seat in seats):
        raise InTournament
    _leave(work, row, found, seats, None)


def leave_unstarted(work: UnitOfWork, seat: Seat) -> bool:
    """The same, because a user has gone offline; False, and nothing changes, once the tournament has started."""
    row, found = read_with(str(seat.place), [seat.user_id])
    if row.tournament.is_started:
        return False
    _leave(work, row, found, [seat], None)
    return True


def _leave(
    work: UnitOfWork, row: TournamentRow, found: Mapping[Key, Item], seats: Sequence[Seat], code: str | None
) -> None:
    tournament = row.tournament
    events: list[RoomEvent] = []
    if code is not None and tournament.code != code:
        raise NotTournamentMember
    for seat in seats:
        if not tournament.has(seat.user_id):
            raise RaceLost  # the seat and the tournament were read at different times
        tournament, told = rules.leave(tournament, seat.user_id)
        events += told
    write_tournament(work, row, (tournament, tuple(events)), view_in(found, row.tournament, work.now))


def separate(work: UnitOfWork, place: str, me: Account, other: Account) -> Seat | None:
    """Add to a unit of work what it changes in the tournament of two that one blocks the other; the seat of who goes.

    Once it has started both stay, as they do in the tournament of a third: there the bracket decides who meets whom.
    """
    mine, theirs = me.user.user_id, other.user.user_id
    row, _ = read_with(place, ())
    tournament = row.tournament
    if not {mine, theirs} <= set(tournament.present):
        raise RaceLost  # a seat and the tournament were read at different times
    if tournament.is_started or tournament.created_by not in (mine, theirs):
        return None
    is_mine = tournament.created_by == mine
    change = rules.remove(tournament, theirs) if is_mine else rules.leave(tournament, mine)
    write_tournament(work, row, change, TournamentView({mine: me, theirs: other}, {}, work.now))
    return other.seat if is_mine else me.seat
