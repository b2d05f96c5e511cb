"""The rules of tournaments, pure (docs/contract/tournaments.md).

Each function takes a tournament and returns the new one with the events for its participants, in order. Nothing here
waits: a state machine does (infra/machines/tournament.asl.json).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from shared.domain import text
from shared.domain.play.bracket import Bracket, Pairing
from shared.domain.play.errors import (
    NoSuchTournament,
    NotCreator,
    NotParticipant,
    SelfBan,
    TournamentFull,
    TournamentStarted,
)
from shared.domain.play.matches import Match
from shared.domain.play.rooms import RoomEvent, blocks_of, without_blocks_of
from shared.domain.play.tournament import Entrant, Tournament

TournamentChange = tuple[Tournament, tuple[RoomEvent, ...]]

NAME_MAX = 50


def name_problems(name: str) -> list[str]:
    """Sentences about the faults of a tournament's trimmed name; empty for a valid one."""
    if not 1 <= len(name) <= NAME_MAX:
        return [f"A name has 1 to {NAME_MAX} characters."]
    return text.problems(name, "A name", lines=False)


# ── before the start ─────────────────────────────────────────────────────────────────────────────────────


def join(
    tournament: Tournament,
    user_id: int,
    now: datetime,
    *,
    start_at: datetime,
    run: int,
    blocked: Collection[int] = (),
) -> TournamentChange:
    """A user, who blocks some, joins, or comes back to watch after being eliminated. Joining again changes nothing.

    `start_at` and `run` are for the countdown, if this begins one. `start` starts a full tournament.
    """
    if tournament.finish_at or user_id in tournament.banned:
        raise NoSuchTournament
    if tournament.has(user_id):
        return tournament, ()
    tournament = replace(tournament, blocks=tournament.blocks | blocks_of(user_id, blocked))
    if tournament.is_started:
        return _watch(tournament, user_id)
    if tournament.is_full:
        raise TournamentFull
    joined = replace(tournament, entrants=(*tournament.entrants, Entrant(user_id, now)))
    events = [RoomEvent("tournament-join", tournament.present, user_id)]
    if joined.is_full:
        joined = replace(joined, run=joined.run or run)
    elif len(joined.entrants) >= tournament.threshold and tournament.start_at is None:
        joined = replace(joined, start_at=start_at, run=run)
        events.append(RoomEvent("tournament-start-at", joined.present))
    return joined, tuple(events)


def _watch(tournament: Tournament, user_id: int) -> TournamentChange:
    entrant = tournament.find(user_id)
    if entrant is None:
        raise TournamentStarted
    changed = _with_entrant(tournament, replace(entrant, present=True))
    joined = RoomEvent("tournament-join", tournament.present, user_id)
    return changed, (joined, *_matches_to_watch(changed, [user_id]))


def leave(tournament: Tournament, user_id: int) -> TournamentChange:
    """A participant leaves. After the start they are out; end their running match first."""
    entrant = tournament.require(user_id)
    if not tournament.is_started:
        return _without(tournament, user_id)
    left = replace(tournament, blocks=without_blocks_of(user_id, tournament.blocks))
    remaining = _with_entrant(left, replace(entrant, present=False, still_in=False))
    return remaining, (RoomEvent("tournament-leave", remaining.present, user_id),)


def ban(tournament: Tournament, by: int, user_id: int) -> TournamentChange:
    """The creator bans a participant. NotTournamentMember, NotCreator, SelfBan, TournamentStarted, NotParticipant."""
    tournament.require(by)
    if by != tournament.created_by:
        raise NotCreator
    if by == user_id:
        raise SelfBan
    if tournament.is_started:
        raise TournamentStarted
    if not tournament.has(user_id):
        raise NotParticipant
    remaining, events = remove(tournament, user_id)
    return replace(remaining, banned=tournament.banned | {user_id}), events


def remove(tournament: Tournament, user_id: int) -> TournamentChange:
    """Remove a participant before the start. They get the event of a ban, but may join again."""
    remaining, events = _without(tournament, user_id)
    return remaining, (RoomEvent("tournament-banned", (user_id,)), *events)


def _without(tournament: Tournament, user_id: int) -> TournamentChange:
    others = tuple(entrant for entrant in tournament.entrants if entrant.id != user_id)
    remaining = replace(tournament, entrants=others, blocks=without_blocks_of(user_id, tournament.blocks))
    events = [RoomEvent("tournament-leave", remaining.present, user_id)]
    if tournament.start_at is not None and len(others) < tournament.threshold:
        remaining = replace(remaining, start_at=None, run=None)
        events.append(RoomEvent("tournament-start-cancel", remaining.present))
    return remaining, tuple(events)


def start(tournament: Tournament, by_seed: Sequence[int], now: datetime) -> TournamentChange:
    """Draw the bracket and decide its byes. `by_seed` are the participants, the best first."""
    bracket = Bracket.draw(tournament.size, by_seed)
    byes = [pairing.without_a_game(pairing.users) for pairing in bracket.stages[0] if len(pairing.users) < 2]
    bracket = bracket.with_pairings(byes)
    seeds = {user_id: seed for seed, user_id in enumerate(by_seed, 1)}
    entrants = tuple(
        replace(entrant, seed=seeds[entrant.id], stage=bracket.first_stage) for entrant in tournament.entrants
    )
    drawn = replace(tournament, bracket=bracket, entrants=entrants, start_at=tournament.start_at or now)
    started = _with_stages(drawn)
    return started, (RoomEvent("tournament-start", started.present), *_results(started, byes))


# ── stages ───────────────────────────────────────────────────────────────────────────────────────────────


def begin_stage(tournament: Tournament, games: Mapping[int, Match]) -> TournamentChange:
    """Begin the next stage and decide its pairings without a game. `games` are its matches by number."""
    stage, able = tournament.next_stage(), tournament.able
    begun, decided = [], []
    for pairing in tournament.drawn.stage(stage):
        if pairing.n in games:
            begun.append(pairing.begun(games[pairing.n]))
        elif not pairing.is_decided:
            decided.append(pairing.without_a_game(able))
    bracket = tournament.drawn.with_pairings([*begun, *decided])
    changed = _eliminate(replace(tournament, bracket=bracket, stage=stage), decided)
    return changed, (*_results(changed, decided), *_matches_to_watch(changed, changed.eliminated))


def end_match(tournament: Tournament, game: Match, leaver: int | None = None) -> TournamentChange:
    """A match of the bracket is over: its winner goes on, its loser is out. A `leaver` has lost it by leaving."""
    ended = next(pairing for pairing in tournament.drawn.running() if pairing.is_of(game)).ended(game)
    changed = replace(tournament, bracket=tournament.drawn.with_pairings([ended]))
    changed = _eliminate(changed, [ended])
    out = [user_id for user_id in ended.users if user_id in changed.eliminated and user_id != leaver]
    events = (*_results(changed, [ended]), *_matches_to_watch(changed, out))
    if leaver is None:
        return changed, events
    remaining, left = leave(changed, leaver)
    return remaining, (*events, *left)


def finish(tournament: Tournament, now: datetime) -> TournamentChange:
    """End the tournament."""
    finished = replace(tournament, finish_at=now, callback=None, run=None, blocks=frozenset())
    return finished, (RoomEvent("tournament-finish", tournament.present, tournament.winner),)


def _results(tournament: Tournament, decided: Iterable[Pairing]) -> tuple[RoomEvent, ...]:
    return tuple(
        RoomEvent("tournament-match-finish", tournament.present, pairing=pairing) for pairing in decided
    )


def _matches_to_watch(tournament: Tournament, users: Iterable[int]) -> tuple[RoomEvent, ...]:
    """The event about the running matches for these users, if there are both."""
    watching = tuple(users)
    if not watching or not tournament.drawn.running():
        return ()
    return (RoomEvent("tournament-available-spectate-matches", watching),)


def _eliminate(tournament: Tournament, decided: Iterable[Pairing]) -> Tournament:
    """Mark the users of these matches as out, except the winners."""
    out = {user for pairing in decided for user in pairing.users if user != pairing.winner_id}
    entrants = tuple(
        replace(entrant, still_in=False) if entrant.id in out else entrant for entrant in tournament.entrants
    )
    return _with_stages(replace(tournament, entrants=entrants))


def _with_stages(tournament: Tournament) -> Tournament:
    """Set each entrant's stage to the last one that the bracket has them in."""
    reached = {user: pairing.stage for pairing in tournament.drawn.pairings for user in pairing.users}
    entrants = tuple(replace(entrant, stage=reached[entrant.id]) for entrant in tournament.entrants)
    return replace(tournament, entrants=entrants)


def _with_entrant(tournament: Tournament, changed: Entrant) -> Tournament:
    entrants = tuple(changed if entrant.id == changed.id else entrant for entrant in tournament.entrants)
    return replace(tournament, entrants=entrants)
