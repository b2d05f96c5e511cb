"""Beginning matches: between accounts, for lobbies, for a tournament's bracket."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shared.domain.errors import RaceLost
from shared.domain.ids import new_id
from shared.domain.play.errors import UsersPlaying
from shared.domain.play.lobby import Lobby
from shared.domain.play.matches import GameMode, Match, team_of
from shared.settings import settings
from shared.store.accounts.seats import LOBBY, Seat
from shared.store.accounts.users import Account
from shared.store.play.codes import Code
from shared.store.play.lobbies import LobbyRow
from shared.store.play.matches import MatchRow
from shared.store.play.tickets import PartyTicketRow
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.codes import CodeTaken, with_new_code
from shared.usecases.play.places import leave_places
from shared.wire.play.match_events import game_start, spectate_game
from shared.wire.play.matches import MatchInstance

MATCH_CLOCK = "match-clock"


@dataclass(frozen=True, slots=True)
class PlayingLobby:
    """A lobby that plays: as it was read, and as it is now that everyone in it is ready."""

    row: LobbyRow
    lobby: Lobby


def start_match(
    game_mode: GameMode,
    a: Sequence[Account],
    b: Sequence[Account],
    guard: Callable[[UnitOfWork], None] = lambda _: None,
    *,
    lobbies: Sequence[PlayingLobby] = (),
) -> MatchInstance:
    """Begin a match between the accounts as they were just read.

    Everyone gets `game-start`, and is in this match from then on; the clock that voids or closes the match starts
    with it. Who is in a queue, or in a lobby that isn't one of those who play, the `lobbies`, leaves it; these
    play from then on, and their spectators get `lobby-spectate-game`. `guard` adds conditions of the caller's own.
    RaceLost when a seat or lobby has changed since it was read; Conflict when somebody plays already.
    """
    if any(account.seat.match_id for account in (*a, *b)):
        raise UsersPlaying

    def write(code: str) -> MatchInstance:
        work = UnitOfWork()
        match = Match(
            id=new_id(work.now),
            code=code,
            game_mode=game_mode,
            created_at=work.now,
            a=team_of(tuple(account.user.user_id for account in a)),
            b=team_of(tuple(account.user.user_id for account in b)),
        )
        row = MatchRow.holding(match, (each.lobby.id for each in lobbies))
        _begin(work, row)
        _seat_in_match(work, [account.seat for account in (*a, *b)], match, lobbies)
        guard(work)
        playing = {account.user.user_id: account.in_match(code) for account in (*a, *b)}
        instance = MatchInstance.of(match, playing, work.now)
        _announce(work, row, instance, match, lobbies)
        work.commit()
        return instance

    return with_new_code(write)


def begin_bracket_match(
    work: UnitOfWork, match: Match, accounts: Mapping[int, Account], partition: str
) -> None:
    """Add a match of a tournament to a unit of work; `partition` is the tournament's, for its events.

    CodeTaken if its code is in use; RaceLost when a seat has changed since it was read, or somebody has gone for good.
    """
    if not accounts.keys() >= set(match.user_ids):
        raise RaceLost
    _begin(work, MatchRow.holding(match))
    for user_id in match.user_ids:
        seat = accounts[user_id].seat
        actions = seat.start_match(match.id, match.code, match.user_ids, (), stays=True)
        work.update(seat, actions, when=seat.unchanged())
    playing = {user_id: accounts[user_id].in_match(match.code) for user_id in match.user_ids}
    instance = MatchInstance.of(match, playing, work.now)
    work.emit(partition, match.user_ids, game_start(instance))


def _begin(work: UnitOfWork, row: MatchRow) -> None:
    """A match runs from now on: it has its code, and its clock."""
    match = row.match
    work.put(row)
    work.put(Code.taken(match.code, str(row.pk), work.now), otherwise=CodeTaken)
    connect = settings().connect_timeout_seconds
    work.start_timer(
        MATCH_CLOCK,
        {
            "match_id": match.id,
            "connect_seconds": connect,
            "rest_seconds": max(0, settings().match_max_seconds - connect),
        },
    )


def _seat_in_match(
    work: UnitOfWork, seats: Sequence[Seat], match: Match, lobbies: Sequence[PlayingLobby]
) -> None:
    lobby_ids = [each.lobby.id for each in lobbies]
    own = {(LOBBY, str(lobby_id)) for lobby_id in lobby_ids}
    leave_places(work, [seat for seat in seats if (seat.place_kind, seat.place) not in own])
    for seat in seats:
        stays = (seat.place_kind, seat.place) in own
        actions = seat.start_match(match.id, match.code, match.user_ids, lobby_ids, stays=stays)
        work.update(seat, actions, when=seat.unchanged())
    for each in lobbies:
        if each.row.ticket:
            work.delete(PartyTicketRow.of(each.row.ticket))
        actions = each.row.play(each.lobby, match.id, match.code)
        work.update(each.row, actions, when=each.row.unchanged())


def _announce(
    work: UnitOfWork, row: MatchRow, instance: MatchInstance, match: Match, lobbies: Sequence[PlayingLobby]
) -> None:
    """Tell the players, and who watches. Players of a lobby by its partition: in order with what happened there."""
    start = game_start(instance)
    told: set[int] = set()
    for each in lobbies:
        partition, here = str(each.row.pk), set(each.lobby.user_ids)
        players = [user_id for user_id in match.user_ids if user_id in here]
        work.emit(partition, players, start)
        watching = [participant.id for participant in each.lobby.team("spectator")]
        work.emit(partition, watching, spectate_game(instance))
        told.update(players)
    work.emit(str(row.pk), [user_id for user_id in match.user_ids if user_id not in told], start)
