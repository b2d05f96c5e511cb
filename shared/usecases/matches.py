"""Matches: beginning one, changing it, ending it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations
from typing import TypeVar

from shared import events
from shared.domain import trophies
from shared.domain.errors import AlreadyPlaying, NoSuchMatch, Throttled
from shared.domain.ids import new_code, new_id
from shared.domain.matches import SIDES, GameMode, Match, MatchPlayer, Side, other, team_of
from shared.settings import settings
from shared.store import keys
from shared.store.base import Action, Condition, Item, Key, read_item, read_items
from shared.store.matches import MatchRow
from shared.store.places import Code
from shared.store.relations import PairRow
from shared.store.seats import QUEUE, Seat
from shared.store.unit_of_work import UnitOfWork
from shared.store.users import Account, User, account_keys, accounts_in
from shared.usecases.friends import count_match
from shared.usecases.places import leave_place
from shared.usecases.results import book
from shared.wire.matches import MatchInstance

Result = TypeVar("Result")

CODE_DRAWS = 20
MATCH_CLOCK = "match-clock"
FINISHED_KEPT = timedelta(days=1)
"""How long a finished match's row still answers a late report with "already finished"."""


class CodeTaken(Exception):
    """The drawn code belongs to a living place: draw again."""


def with_new_code(write: Callable[[str], Result]) -> Result:
    """What `write` returns for a fresh code that is free. Throttled in the absurd case that none is."""
    for failed_draws in range(CODE_DRAWS):
        try:
            return write(new_code(failed_draws))
        except CodeTaken:
            continue
    raise Throttled


def start_match(
    game_mode: GameMode,
    a: Sequence[Account],
    b: Sequence[Account],
    guard: Callable[[UnitOfWork], None] = lambda _: None,
) -> MatchInstance:
    """Begin a match between the accounts as they were just read.

    Everyone leaves the queue they may be in, gets `game-start`, and is in this match from then on; the
    clock that voids or closes the match starts with it. `guard` adds conditions of the caller's own.
    RaceLost when a seat has changed since it was read; Conflict when somebody plays already.
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
            a=team_of(tuple(account.user.user_id for account in a)),
            b=team_of(tuple(account.user.user_id for account in b)),
        )
        row = MatchRow.holding(match)
        work.put(row)
        work.put(Code.taken(code, str(row.pk), work.now), otherwise=CodeTaken())
        for account in (*a, *b):
            _seat_in_match(work, account.seat, match)
        guard(work)
        playing = {account.user.user_id: _playing(account, code) for account in (*a, *b)}
        instance = MatchInstance.of(match, playing, work.now)
        work.emit(
            str(row.pk), match.user_ids, events.render("game-start", data=instance.model_dump(mode="json"))
        )
        connect = settings().connect_timeout_seconds
        work.start_timer(
            MATCH_CLOCK,
            {
                "match_id": match.id,
                "connect_seconds": connect,
                "rest_seconds": max(0, settings().match_max_seconds - connect),
            },
        )
        work.commit()
        return instance

    return with_new_code(write)


def _seat_in_match(work: UnitOfWork, seat: Seat, match: Match) -> None:
    if seat.place_kind == QUEUE:
        leave_place(work, seat)
    work.update(seat, seat.start_match(match.id, match.code, match.user_ids), when=seat.unchanged())


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

    def instance(self, now: datetime, changed: Match | None = None) -> MatchInstance:
        """The match, or what became of it, for the wire."""
        return MatchInstance.of(changed or self.match, self.accounts, now)

    def unchanged(self) -> Condition:
        """Holds while nobody has written the match since it was read."""
        return MatchRow.rev == self.row.rev

    def store(self, changed: Match) -> Sequence[Action]:
        """What stores a new state of the match."""
        return (MatchRow.rev.add(1), MatchRow.state.set(changed.to_json()))


def read_match_of(user_id: int, now: datetime) -> RunningMatch:
    """The match that a user plays. NotFound if none. A GetItem, then a BatchGetItem.

    The seat and the match are read one after the other: a match that has ended in between is none.
    """
    seat = read_item(keys.seat(user_id))
    if not isinstance(seat, Seat) or not seat.match_id:
        raise NoSuchMatch
    match_id, players = int(seat.match_id), [int(player) for player in seat.match_players]
    found = read_items([keys.match(match_id), *account_keys(players), *_pairs(players)])
    row = found.get(keys.match(match_id))
    if not isinstance(row, MatchRow) or (match := row.match).winner:
        raise NoSuchMatch
    return RunningMatch(row, match, accounts_in(found, players, now), _friendships(found))


def read_match(match_id: int, now: datetime) -> RunningMatch:
    """The match with an id, running or finished lately. NotFound if none. A GetItem, then a BatchGetItem."""
    row = read_item(keys.match(match_id))
    if not isinstance(row, MatchRow):
        raise NoSuchMatch
    match = row.match
    found = read_items([*account_keys(match.user_ids), *_pairs(match.user_ids)])
    return RunningMatch(row, match, accounts_in(found, match.user_ids, now), _friendships(found))


def _pairs(players: Sequence[int]) -> list[Key]:
    return [keys.friendship(one, other_) for one, other_ in combinations(players, 2)]


def _friendships(found: Mapping[Key, Item]) -> list[PairRow]:
    return [row for row in found.values() if isinstance(row, PairRow) and row.are_friends]


def save(work: UnitOfWork, running: RunningMatch, changed: Match) -> MatchInstance:
    """Store what a running match has become, and its consequences if it is over, and commit."""
    if changed.winner is None:
        work.update(running.row, running.store(changed), when=running.unchanged())
        instance = running.instance(work.now, changed)
    else:
        finished = _with_trophies(changed, running.accounts)
        kept = MatchRow.expires_at.set(work.now + FINISHED_KEPT)
        work.update(running.row, [*running.store(finished), kept], when=running.unchanged())
        _close(work, running)
        for account in running.accounts.values():
            _book_player(work, account.user, finished, str(running.row.pk))
        for friendship in running.friendships:
            count_match(work, friendship, finished)
        instance = MatchInstance.of(finished, _freed(running.accounts), work.now)
    work.commit()
    return instance


def void(work: UnitOfWork, running: RunningMatch) -> None:
    """Remove a match that never was: no statistics, no history."""
    _close(work, running)
    work.delete(running.row, when=running.unchanged())
    work.commit()


def _close(work: UnitOfWork, running: RunningMatch) -> None:
    """The match is over: its code is free again, and so are its players."""
    work.delete(Code.at(keys.code(running.match.code)))
    for account in running.accounts.values():
        work.update(account.seat, account.seat.end_match(), when=Seat.match_id == running.match.id)


def _book_player(work: UnitOfWork, user: User, match: Match, partition: str) -> None:
    side, player = match.find(user.user_id)
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
    before = {user_id: int(account.user.trophies) for user_id, account in accounts.items()}
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
