"""Matches: beginning one, changing it, ending it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations

from shared import events
from shared.domain.errors import AlreadyPlaying, NoSuchMatch, RaceLost
from shared.domain.ids import new_id
from shared.domain.play import trophies
from shared.domain.play.lobby import Lobby
from shared.domain.play.matches import (
    PLAYERS_TIMEOUT,
    SIDES,
    GameMode,
    Match,
    MatchPlayer,
    Side,
    other,
    team_of,
)
from shared.settings import settings
from shared.store import keys
from shared.store.accounts.seats import LOBBY, TOURNAMENT, Seat
from shared.store.accounts.users import Account, User, account_keys, accounts_in
from shared.store.base import Item, Key, read_item, read_items
from shared.store.play.codes import Code
from shared.store.play.lobbies import LobbyRow
from shared.store.play.matches import MatchRow
from shared.store.play.tickets import PartyTicketRow
from shared.store.play.tournaments import TournamentRow
from shared.store.social.relations import PairRow
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.codes import CodeTaken, with_new_code
from shared.usecases.play.places import leave_places
from shared.usecases.play.results import book
from shared.usecases.play.tournament_writes import end_bracket_match
from shared.usecases.social.friends import count_match
from shared.wire.play.matches import MatchInstance

MATCH_CLOCK = "match-clock"
FINISHED_KEPT = timedelta(days=1)
"""How long a finished match's row still answers a late report with "already finished"."""


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
        raise AlreadyPlaying("One of the users is playing a match.")

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
        playing = {account.user.id: _playing(account, code) for account in (*a, *b)}
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
    playing = {user_id: _playing(accounts[user_id], match.code) for user_id in match.user_ids}
    instance = MatchInstance.of(match, playing, work.now)
    work.emit(partition, match.user_ids, events.render("game-start", data=instance.model_dump(mode="json")))


def _begin(work: UnitOfWork, row: MatchRow) -> None:
    """A match runs from now on: it has its code, and its clock."""
    match = row.state
    work.put(row)
    work.put(Code.taken(match.code, row.pk, work.now), otherwise=CodeTaken())
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
    start = events.render("game-start", data=instance.model_dump(mode="json"))
    told: set[int] = set()
    for each in lobbies:
        partition, here = each.row.pk, set(each.lobby.user_ids)
        players = [user_id for user_id in match.user_ids if user_id in here]
        work.emit(partition, players, start)
        watching = [participant.id for participant in each.lobby.team("spectator")]
        work.emit(partition, watching, events.render("lobby-spectate-game", data={"code": match.code}))
        told.update(players)
    work.emit(row.pk, [user_id for user_id in match.user_ids if user_id not in told], start)


def _playing(account: Account, code: str | None) -> Account:
    seat = Seat.at(
        account.seat.key,
        containers=account.seat.containers,
        last_online=account.seat.last_online,
        match_code=code,
    )
    return replace(account, seat=seat)


@dataclass(frozen=True, slots=True)
class RunningMatch:
    """A running match as it was read, with the accounts of those of its players who exist."""

    row: MatchRow
    match: Match
    accounts: Mapping[int, Account]
    friendships: Sequence[PairRow]
    """Those between its players."""
    lobbies: Sequence[LobbyRow]
    """Those of the lobbies that play it which haven't ended meanwhile."""
    tournament: TournamentRow | None
    """The tournament that it is a match of."""

    def instance(self, now: datetime, changed: Match | None = None) -> MatchInstance:
        """The match, or what became of it, for the wire."""
        return MatchInstance.of(changed or self.match, self.accounts, now)


def read_match_of(user_id: int, now: datetime) -> RunningMatch:
    """The match that a user plays. NotFound if none. A GetItem, then a BatchGetItem.

    The seat and the match are read one after the other: a match that has ended in between is none.
    """
    seat = read_item(keys.seat(user_id))
    if not isinstance(seat, Seat) or not seat.match_id:
        raise NoSuchMatch
    match_id, players = seat.match_id, list(seat.match_players)
    places = [keys.lobby(lobby_id) for lobby_id in seat.match_lobbies]
    if seat.place_kind == TOURNAMENT:
        places.append(keys.tournament(int(seat.place)))
    found = read_items([keys.match(match_id), *account_keys(players), *_pairs(players), *places])
    row = found.get(keys.match(match_id))
    if not isinstance(row, MatchRow) or row.state.winner:
        raise NoSuchMatch
    return _running(row, found, now)


def read_match(match_id: int, now: datetime) -> RunningMatch:
    """The match with an id, running or finished lately. NotFound if none. A GetItem, then a BatchGetItem."""
    row = read_item(keys.match(match_id))
    if not isinstance(row, MatchRow):
        raise NoSuchMatch
    match = row.state
    places = [keys.lobby(lobby_id) for lobby_id in row.lobbies]
    if match.tournament_id is not None:
        places.append(keys.tournament(match.tournament_id))
    return _running(row, read_items([*account_keys(match.user_ids), *_pairs(match.user_ids), *places]), now)


def _running(row: MatchRow, found: Mapping[Key, Item], now: datetime) -> RunningMatch:
    match = row.state
    return RunningMatch(
        row=row,
        match=match,
        accounts=accounts_in(found, match.user_ids, now),
        friendships=[item for item in found.values() if isinstance(item, PairRow) and item.are_friends],
        lobbies=[item for item in found.values() if isinstance(item, LobbyRow)],
        tournament=next((item for item in found.values() if isinstance(item, TournamentRow)), None),
    )


def _pairs(players: Sequence[int]) -> list[Key]:
    return [keys.friendship(one, other_) for one, other_ in combinations(players, 2)]


def save(
    work: UnitOfWork, running: RunningMatch, changed: Match, *, leaver: int | None = None
) -> MatchInstance:
    """Store what a running match has become, and its consequences if it is over, and commit.

    A `leaver` goes from its tournament with it.
    """
    if changed.winner is None:
        work.update(running.row, running.row.become(changed), when=running.row.unchanged())
        instance = running.instance(work.now, changed)
    else:
        finished = _with_trophies(changed, running.accounts)
        kept = MatchRow.expires_at.set(work.now + FINISHED_KEPT)
        work.update(running.row, [*running.row.become(finished), kept], when=running.row.unchanged())
        _close(work, running, finished, leaver)
        for account in running.accounts.values():
            _book_player(work, account.user, finished, running.row.pk)
        for friendship in running.friendships:
            count_match(work, friendship, finished)
        instance = MatchInstance.of(finished, _freed(running.accounts), work.now)
    work.commit()
    return instance


def void(work: UnitOfWork, running: RunningMatch) -> None:
    """Remove a match that never was: no statistics, no history. In a tournament the better seed goes on."""
    match = running.match
    if running.tournament:
        better = running.tournament.state.better_seed(match.user_ids)
        match = match.won_by(match.find(better)[0], PLAYERS_TIMEOUT, work.now)
    _close(work, running, match)
    work.delete(running.row, when=running.row.unchanged())
    work.commit()


def _close(work: UnitOfWork, running: RunningMatch, ended: Match, leaver: int | None = None) -> None:
    """The match is over: its code is free again, and so are its players and their lobbies; its tournament goes on."""
    work.delete(Code.at(keys.code(running.match.code)))
    for lobby in running.lobbies:
        # Only so much of it, and whatever its state: whoever comes or goes just now doesn't stand in the way.
        work.update(lobby, lobby.end_match(), when=LobbyRow.match_id == running.match.id)
    for account in running.accounts.values():
        actions = account.seat.end_match(leaves=account.user.id == leaver)
        work.update(account.seat, actions, when=Seat.match_id == running.match.id)
    if running.tournament:
        end_bracket_match(work, running.tournament, ended, _freed(running.accounts), leaver)


def _book_player(work: UnitOfWork, user: User, match: Match, partition: str) -> None:
    side, player = match.find(user.id)
    statistics = user.statistics.after_match(
        match.game_mode, won=side == match.winner, scored=player.score, own_goals=player.own_goal
    )
    book(
        work,
        user,
        partition,
        statistics=statistics,
        trophy_change=player.trophies if match.game_mode == "ranked" else None,
        played=match,
    )


def _with_trophies(match: Match, accounts: Mapping[int, Account]) -> Match:
    """A finished ranked match with what each player wins or loses; others as they are."""
    if match.game_mode != "ranked" or match.winner is None:
        return match
    before = {user_id: account.user.trophies for user_id, account in accounts.items()}
    winner, loser = (match.team(side).players[0].id for side in (match.winner, other(match.winner)))
    w, lost = before.get(winner, 0), before.get(loser, 0)
    changes = {winner: trophies.gain(w, lost), loser: -trophies.loss(lost)}
    for side in SIDES:
        match = _with_changes(match, side, changes)
    return match


def _with_changes(match: Match, side: Side, changes: Mapping[int, int]) -> Match:
    team = match.team(side)
    players: tuple[MatchPlayer, ...] = tuple(replace(p, trophies=changes[p.id]) for p in team.players)
    return match.with_team(side, replace(team, players=players))


def _freed(accounts: Mapping[int, Account]) -> Mapping[int, Account]:
    """The same accounts, out of the match."""
    return {user_id: _playing(account, None) for user_id, account in accounts.items()}
