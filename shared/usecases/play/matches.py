"""Running matches: reading one, storing what it has become, ending it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations

from shared.domain.play import trophies
from shared.domain.play.errors import NoSuchMatch
from shared.domain.play.matches import (
    PLAYERS_TIMEOUT,
    SIDES,
    Match,
    MatchPlayer,
    Side,
    other,
)
from shared.events import ALL_MATCHES
from shared.store import keys
from shared.store.accounts.seats import TOURNAMENT, Seat
from shared.store.accounts.users import Account, User, account_keys, accounts_in
from shared.store.base import Item, Key, read_item, read_items
from shared.store.play.codes import Code
from shared.store.play.lobbies import LobbyRow
from shared.store.play.matches import MatchRow, RunningRow
from shared.store.play.tournaments import TournamentRow
from shared.store.social.relations import PairRow
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.results import book
from shared.usecases.play.tournament_writes import end_bracket_match
from shared.usecases.social.friends import count_match
from shared.wire.play.match_events import game_void, match_finish, match_void
from shared.wire.play.matches import FinishedMatch, MatchInstance

FINISHED_KEPT = timedelta(days=1)
"""A finished match's row stays for so long, to answer late reports with MatchFinished."""


@dataclass(frozen=True, slots=True)
class RunningMatch:
    """A running match as read, with the accounts of its players; deleted players are missing."""

    row: MatchRow
    match: Match
    accounts: Mapping[int, Account]
    friendships: Sequence[PairRow]
    """The friendships between its players."""
    lobbies: Sequence[LobbyRow]
    """The lobbies that play it, without those that have ended."""
    tournament: TournamentRow | None
    """The tournament that it is a match of."""

    def instance(self, now: datetime, changed: Match | None = None) -> MatchInstance:
        """The match, or its changed state, in its wire form."""
        return MatchInstance.of(changed or self.match, self.accounts, now)


def read_match_of(user_id: int, now: datetime) -> RunningMatch:
    """The match that a user plays. NoSuchMatch, also if it ends between the two reads: a GetItem, a BatchGetItem."""
    seat = read_item(keys.seat(user_id))
    if not isinstance(seat, Seat) or not seat.match_id:
        raise NoSuchMatch
    match_id, players = seat.match_id, [int(player) for player in seat.match_players]
    places = [keys.lobby(int(lobby_id)) for lobby_id in seat.match_lobbies or ()]
    if seat.place_kind == TOURNAMENT:
        places.append(keys.tournament(int(seat.place)))
    found = read_items([keys.match(match_id), *account_keys(players), *_pairs(players), *places])
    row = found.get(keys.match(match_id))
    if not isinstance(row, MatchRow) or row.state.winner:
        raise NoSuchMatch
    return _running(row, found, now)


def read_match(match_id: int, now: datetime) -> RunningMatch:
    """The match with an id, running or lately finished. NoSuchMatch. A GetItem, then a BatchGetItem."""
    row = read_item(keys.match(match_id))
    if not isinstance(row, MatchRow):
        raise NoSuchMatch
    return read_around(row, now)


def read_around(row: MatchRow, now: datetime) -> RunningMatch:
    """A match whose row was just read, with everything that its end changes. A BatchGetItem."""
    match = row.state
    places = [keys.lobby(int(lobby_id)) for lobby_id in row.lobbies or ()]
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
    """Store a changed match, with all consequences if it is over, and commit. A `leaver` leaves its tournament."""
    if changed.winner is None:
        work.update(running.row, running.row.become(changed), when=running.row.unchanged())
        instance = running.instance(work.now, changed)
    else:
        finished = _with_trophies(changed, running.accounts)
        ended = (MatchRow.expires_at.set(work.now + FINISHED_KEPT), MatchRow.secret.remove())
        work.update(running.row, [*running.row.become(finished), *ended], when=running.row.unchanged())
        _close(work, running, finished, leaver)
        work.measure({"MatchVoid": 0}, mode=finished.game_mode)
        for account in running.accounts.values():
            _book_player(work, account.user, finished, running.row.pk)
        for friendship in running.friendships:
            count_match(work, friendship, finished)
        freed = _freed(running.accounts)
        instance = MatchInstance.of(finished, freed, work.now)
        end = match_finish(FinishedMatch.of(finished, freed, work.now))
        work.emit(running.row.feed, [ALL_MATCHES], end)
    work.commit()
    return instance


def void(work: UnitOfWork, running: RunningMatch) -> None:
    """Remove a match without a result: no statistics, no history. In a tournament the better seed goes on."""
    match = running.match
    if running.tournament:
        better = running.tournament.state.better_seed(match.user_ids)
        match = match.won_by(match.find(better)[0], PLAYERS_TIMEOUT, work.now)
    _close(work, running, match)
    work.measure({"MatchVoid": 1}, mode=match.game_mode)
    work.delete(running.row, when=running.row.unchanged())
    _announce_void(work, running)
    work.commit()


def _announce_void(work: UnitOfWork, running: RunningMatch) -> None:
    """Add the events to a unit of work: the players' in the partition that had their `game-start`."""
    event = game_void(running.match.id, running.match.code)
    left = [user_id for user_id in running.match.user_ids if user_id in running.accounts]
    rooms = [running.tournament] if running.tournament else running.lobbies
    for room in rooms:
        here = [user_id for user_id in left if running.tournament or user_id in room.state.user_ids]
        work.emit(room.pk, here, event)
        left = [user_id for user_id in left if user_id not in here]
    work.emit(running.row.pk, left, event)
    work.emit(running.row.feed, [ALL_MATCHES], match_void(running.match.id, running.match.code))


def _close(work: UnitOfWork, running: RunningMatch, ended: Match, leaver: int | None = None) -> None:
    """Add the end of a match to a unit of work: frees its code, players and lobbies; its tournament goes on."""
    work.delete(Code.at(keys.code(running.match.code)))
    work.discard(RunningRow.of(running.match))
    for lobby in running.lobbies:
        # Conditional on the match alone: members who come or go at this instant don't conflict.
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
    """A finished ranked match with its trophy changes; other matches unchanged."""
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
    return {user_id: account.in_match(None) for user_id, account in accounts.items()}
