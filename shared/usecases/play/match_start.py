"""Beginning matches: between accounts, for lobbies, for a tournament's bracket."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shared.domain.errors import RaceLost
from shared.domain.ids import new_id
from shared.domain.play.errors import UsersPlaying
from shared.domain.play.lobby import Lobby
from shared.domain.play.matches import GameMode, Match, team_of
from shared.events import ALL_MATCHES
from shared.settings import settings
from shared.store.accounts.seats import LOBBY, Seat
from shared.store.accounts.users import Account
from shared.store.play.clock_queue import MATCH_CLOCK
from shared.store.play.codes import Code
from shared.store.play.lobbies import LobbyRow
from shared.store.play.matches import MatchRow, RunningRow
from shared.store.play.tickets import PartyTicketRow
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.codes import CodeTaken, with_new_code
from shared.usecases.play.places import leave_places
from shared.wire.play.match_events import game_start, match_start, spectate_game
from shared.wire.play.matches import MatchInstance, RunningMatch


@dataclass(frozen=True, slots=True)
class PlayingLobby:
    """A lobby that begins a match: its row as read, and its state with all players ready."""

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
    """Begin a match between accounts that were just read.

    The players get `game-start`; the clock that voids or closes the match starts with it. Players leave their queues
    and lobbies, except the `lobbies` that play: those keep their players, and their spectators get
    `lobby-spectate-game`. `guard` adds the caller's own conditions. RaceLost if a seat or lobby has changed since it
    was read; UsersPlaying if one of the players is in a match.
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
            a=team_of(tuple(account.user.id for account in a)),
            b=team_of(tuple(account.user.id for account in b)),
        )
        row = MatchRow.holding(match, (each.lobby.id for each in lobbies))
        _begin(work, row)
        _seat_in_match(work, [account.seat for account in (*a, *b)], match, lobbies)
        guard(work)
        playing = {account.user.id: account.in_match(code) for account in (*a, *b)}
        instance = MatchInstance.of(match, playing, work.now)
        _announce(work, row, instance, match, lobbies)
        work.emit(row.feed, [ALL_MATCHES], match_start(RunningMatch.of(match, playing, work.now)))
        work.commit()
        return instance

    return with_new_code(write)


def begin_bracket_match(
    work: UnitOfWork, match: Match, accounts: Mapping[int, Account], partition: str
) -> None:
    """Add a match of a tournament to a unit of work; its events go into `partition`, the tournament's.

    CodeTaken if its code is in use; RaceLost if a seat has changed since it was read, or an account is gone.
    """
    if not accounts.keys() >= set(match.user_ids):
        raise RaceLost
    row = MatchRow.holding(match)
    _begin(work, row)
    for user_id in match.user_ids:
        seat = accounts[user_id].seat
        actions = seat.start_match(match.id, match.code, match.user_ids, (), stays=True)
        work.update(seat, actions, when=seat.unchanged())
    playing = {user_id: accounts[user_id].in_match(match.code) for user_id in match.user_ids}
    instance = MatchInstance.of(match, playing, work.now)
    work.emit(partition, match.user_ids, game_start(instance), row.ticket)
    work.emit(partition, [ALL_MATCHES], match_start(RunningMatch.of(match, playing, work.now)))


def _begin(work: UnitOfWork, row: MatchRow) -> None:
    """Add the match itself to a unit of work: row, code, clock, its place in the list."""
    match = row.state
    work.measure({"MatchesStarted": 1}, mode=match.game_mode)
    work.put(row)
    work.put(RunningRow.of(match))
    work.put(Code.taken(match.code, row.pk, work.now), otherwise=CodeTaken)
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
    """Add the events of a beginning match. A lobby's members get them in order with the lobby's other events."""
    start = game_start(instance)
    announced: set[int] = set()
    for each in lobbies:
        partition, here = each.row.pk, set(each.lobby.user_ids)
        players = [user_id for user_id in match.user_ids if user_id in here]
        work.emit(partition, players, start, row.ticket)
        watching = [participant.id for participant in each.lobby.team("spectator")]
        work.emit(partition, watching, spectate_game(instance), row.ticket)
        announced.update(players)
    others = [user_id for user_id in match.user_ids if user_id not in announced]
    work.emit(row.pk, others, start, row.ticket)
