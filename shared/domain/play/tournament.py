"""A tournament from its creation to its end: pure rules (behaviour.md, section 5).

Every change takes the whole state and returns the whole new one, and who is to be told what of it. Nothing here
waits: a state machine does (infra/machines/tournament.asl.json). It carries the id of its `run`, and what it does
counts only as long as that run stands here; so late, repeated and cancelled executions change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from shared.domain.errors import (
    NoSuchTournament,
    NotCreator,
    NotParticipant,
    NotTournamentMember,
    TournamentFull,
    TournamentStarted,
)
from shared.domain.play.bracket import Bracket, Pairing
from shared.domain.play.lobby import self_ban
from shared.domain.play.matches import Match

Verdict = Literal["start", "cancelled", "pause", "finish", "gone"]
"""What a waiting execution is told: the countdown is over early, or cancelled; the stage is decided, and another
one follows, or none does; nobody needs this execution any more."""

START: Final = 0
"""What an execution waits for that isn't the end of a stage: the start. Ids of stages begin with 1."""


@dataclass(frozen=True, slots=True)
class Notice:
    """That users are to be told something: the code of an event, and whom or what it is about."""

    code: str
    to: tuple[int, ...]
    user_id: int | None = None
    """The participant whom it is about."""
    pairing: Pairing | None = None
    """The result that it is about."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """A participant."""

    id: int
    join_at: datetime
    present: bool = True
    """Whether they are in the tournament, to play or to watch; being offline is not leaving."""
    still_in: bool = True
    """Whether they may still win it."""
    seed: int | None = None
    stage: int | None = None
    """The id of the last stage that they have got to."""


@dataclass(frozen=True, slots=True)
class Callback:
    """An execution that waits to be told something."""

    token: str
    run: int
    stage: int
    """The id of the stage whose end it waits for; START if it waits for the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tournament:
    """A tournament, all of it."""

    id: int
    name: str
    size: int
    private: bool
    code: str
    created_at: datetime
    created_by: int
    entrants: tuple[Entrant, ...] = ()
    """In the order of joining; after the start, everyone who was in it then."""
    banned: frozenset[int] = frozenset()
    start_at: datetime | None = None
    """When the countdown ends; from the start on, when that was due."""
    run: int | None = None
    """The execution that stands: the one of the countdown, and after that of the whole tournament."""
    callback: Callback | None = None
    bracket: Bracket | None = None
    """From the start on."""
    stage: int | None = None
    """The id of the stage being played; None before the first one begins."""
    finish_at: datetime | None = None

    # ── what it is ───────────────────────────────────────────────────────────────────────────────────────

    @property
    def threshold(self) -> int:
        """With so many participants the countdown begins: 80 % of the size, rounded up."""
        return -(-4 * self.size // 5)

    @property
    def is_started(self) -> bool:
        """Whether the bracket is drawn."""
        return self.bracket is not None

    @property
    def is_full(self) -> bool:
        """Whether nobody else can join."""
        return len(self.entrants) >= self.size

    @property
    def is_abandoned(self) -> bool:
        """Whether everyone has left before it began: then it is over."""
        return not self.entrants

    @property
    def drawn(self) -> Bracket:
        """The bracket. ValueError before the start, when there is none."""
        if self.bracket is None:
            raise ValueError(f"tournament {self.id} hasn't started")
        return self.bracket

    @property
    def is_decided(self) -> bool:
        """Whether the final has a result."""
        return self.bracket is not None and self.bracket.final.is_decided

    @property
    def winner(self) -> int | None:
        """Who has won it; None as long as that is open, or if nobody has."""
        return self.bracket.final.winner_id if self.bracket else None

    @property
    def user_ids(self) -> tuple[int, ...]:
        """Everyone who takes or has taken part."""
        return tuple(entrant.id for entrant in self.entrants)

    @property
    def present(self) -> tuple[int, ...]:
        """Those who are in it, to play or to watch, in the order of joining."""
        return tuple(entrant.id for entrant in self.entrants if entrant.present)

    def find(self, user_id: int) -> Entrant | None:
        """A participant, if they have ever been one."""
        return next((entrant for entrant in self.entrants if entrant.id == user_id), None)

    def has(self, user_id: int) -> bool:
        """Whether a user is in it now."""
        return user_id in self.present

    def is_playing(self, user_id: int) -> bool:
        """Whether a user may not go elsewhere: it has begun, and they may still win it."""
        entrant = self.find(user_id)
        return self.is_started and entrant is not None and entrant.present and entrant.still_in

    def require(self, user_id: int) -> Entrant:
        """The participant; Forbidden for one who isn't in it."""
        entrant = self.find(user_id)
        if entrant is None or not entrant.present:
            raise NotTournamentMember
        return entrant

    # ── before the start ─────────────────────────────────────────────────────────────────────────────────

    def enter(self, user_id: int, now: datetime, *, start_at: datetime, run: int) -> Change:
        """Somebody joins, or comes back to watch. Who is in it already changes nothing.

        `start_at` and `run` are for the countdown, if this begins one. What has become full isn't started yet.
        """
        if self.finish_at or user_id in self.banned:
            raise NoSuchTournament
        if self.has(user_id):
            return self, ()
        if self.is_started:
            return self._watch(user_id)
        if self.is_full:
            raise TournamentFull
        joined = replace(self, entrants=(*self.entrants, Entrant(user_id, now)))
        notices = [Notice("tournament-join", self.present, user_id)]
        if joined.is_full:
            joined = replace(joined, run=joined.run or run)
        elif len(joined.entrants) >= self.threshold and self.start_at is None:
            joined = replace(joined, start_at=start_at, run=run)
            notices.append(Notice("tournament-start-at", joined.present))
        return joined, tuple(notices)

    def _watch(self, user_id: int) -> Change:
        entrant = self.find(user_id)
        if entrant is None:
            raise TournamentStarted
        changed = self._with(replace(entrant, present=True))
        notices = [Notice("tournament-join", self.present, user_id)]
        return changed, (*notices, *changed.matches_to_watch([user_id]))

    def leave(self, user_id: int) -> Change:
        """Somebody leaves. After the start they are out; their running match must have ended before."""
        entrant = self.require(user_id)
        if self.is_started:
            left = self._with(replace(entrant, present=False, still_in=False))
            return left, (Notice("tournament-leave", left.present, user_id),)
        return self._without(user_id)

    def ban(self, by: int, user_id: int) -> Change:
        """The creator sends a participant away for good; before the start only."""
        self.require(by)
        if by != self.created_by:
            raise NotCreator
        if by == user_id:
            raise self_ban()
        if self.is_started:
            raise TournamentStarted
        if not self.has(user_id):
            raise NotParticipant
        left, notices = self.throw_out(user_id)
        return replace(left, banned=self.banned | {user_id}), notices

    def throw_out(self, user_id: int) -> Change:
        """A participant has to go, before the start."""
        left, notices = self._without(user_id)
        return left, (Notice("tournament-banned", (user_id,)), *notices)

    def _without(self, user_id: int) -> Change:
        left = replace(self, entrants=tuple(entrant for entrant in self.entrants if entrant.id != user_id))
        notices = [Notice("tournament-leave", left.present, user_id)]
        if self.start_at is not None and len(left.entrants) < self.threshold:
            left = replace(left, start_at=None, run=None)
            notices.append(Notice("tournament-start-cancel", left.present))
        return left, tuple(notices)

    def start(self, by_seed: Sequence[int], now: datetime) -> Change:
        """The bracket is drawn; `by_seed` are the participants, the best first.

        Byes are results in it: whoever has nobody to play against is in the second stage already.
        """
        bracket = Bracket.draw(self.size, by_seed)
        byes = [
            pairing.without_a_game(pairing.users) for pairing in bracket.stages[0] if len(pairing.users) < 2
        ]
        bracket = bracket.with_pairings(byes)
        seeds = {user_id: seed for seed, user_id in enumerate(by_seed, 1)}
        entrants = tuple(
            replace(entrant, seed=seeds[entrant.id], stage=bracket.first_stage) for entrant in self.entrants
        )
        started = replace(self, bracket=bracket, entrants=entrants, start_at=self.start_at or now)
        started = started.with_stages()
        return started, (Notice("tournament-start", started.present), *started.results(byes))

    # ── stages ───────────────────────────────────────────────────────────────────────────────────────────

    def next_stage(self) -> int:
        """The id of the stage that begins next."""
        return self.drawn.first_stage if self.stage is None else self.stage + 1

    def pairs_to_play(self) -> tuple[Pairing, ...]:
        """The matches of the next stage that are to be played: both users are there."""
        here = set(self._able())
        return tuple(
            pairing
            for pairing in self.drawn.stage(self.next_stage())
            if not pairing.is_decided and len(set(pairing.users) & here) == 2
        )

    def begin_stage(self, games: Mapping[int, Match]) -> Change:
        """The next stage begins: with these games by the number of their match; the others are decided at once."""
        stage = self.next_stage()
        here = set(self._able())
        begun, decided = [], []
        for pairing in self.drawn.stage(stage):
            if pairing.n in games:
                begun.append(pairing.begun(games[pairing.n]))
            elif not pairing.is_decided:
                decided.append(pairing.without_a_game(here))
        changed = replace(self, bracket=self.drawn.with_pairings([*begun, *decided]), stage=stage)
        changed = changed.with_eliminated(decided)
        return changed, (*self.results(decided), *changed.matches_to_watch(changed.eliminated))

    def end_match(self, game: Match) -> Change:
        """A game of the bracket is over: who has won it goes on, who hasn't is out."""
        ended = next(pairing for pairing in self.drawn.running() if pairing.is_of(game)).ended(game)
        changed = replace(self, bracket=self.drawn.with_pairings([ended])).with_eliminated([ended])
        out = [user_id for user_id in ended.users if user_id in changed.eliminated]
        return changed, (*self.results([ended]), *changed.matches_to_watch(out))

    def is_of(self, game: Match) -> bool:
        """Whether a game is one of the bracket's that is being played."""
        return self.bracket is not None and any(pairing.is_of(game) for pairing in self.bracket.running())

    def better_seed(self, user_ids: Iterable[int]) -> int:
        """Who of these is the better seed: goes on where nobody has played."""
        seeds = {entrant.id: entrant.seed or self.size for entrant in self.entrants}
        return min(user_ids, key=lambda user_id: seeds[user_id])

    def finish(self, now: datetime) -> Change:
        """It is over: nobody is in it any more."""
        finished = replace(self, finish_at=now, callback=None, run=None)
        return finished, (Notice("tournament-finish", self.present, self.winner),)

    @property
    def eliminated(self) -> tuple[int, ...]:
        """Those who are out and still there to watch."""
        return tuple(entrant.id for entrant in self.entrants if entrant.present and not entrant.still_in)

    def _able(self) -> tuple[int, ...]:
        return tuple(entrant.id for entrant in self.entrants if entrant.present and entrant.still_in)

    def results(self, decided: Iterable[Pairing]) -> tuple[Notice, ...]:
        """Tells everyone of the results of matches, however they came about."""
        return tuple(Notice("tournament-match-finish", self.present, pairing=pairing) for pairing in decided)

    def matches_to_watch(self, users: Iterable[int]) -> tuple[Notice, ...]:
        """Tells users which matches they can watch, if any."""
        watching = tuple(users)
        if not watching or not self.drawn.running():
            return ()
        return (Notice("tournament-available-spectate-matches", watching),)

    def with_eliminated(self, decided: Iterable[Pairing]) -> Tournament:
        """With everyone out who hasn't won one of these matches."""
        out = {user for pairing in decided for user in pairing.users if user != pairing.winner_id}
        entrants = tuple(
            replace(entrant, still_in=False) if entrant.id in out else entrant for entrant in self.entrants
        )
        return replace(self, entrants=entrants).with_stages()

    def with_stages(self) -> Tournament:
        """With everyone's stage as the bracket says."""
        reached = {user: pairing.stage for pairing in self.drawn.pairings for user in pairing.users}
        return replace(
            self, entrants=tuple(replace(entrant, stage=reached[entrant.id]) for entrant in self.entrants)
        )

    def _with(self, changed: Entrant) -> Tournament:
        return replace(
            self,
            entrants=tuple(changed if entrant.id == changed.id else entrant for entrant in self.entrants),
        )

    # ── executions ───────────────────────────────────────────────────────────────────────────────────────

    def wait(self, token: str, run: int, stage: int) -> Tournament:
        """An execution waits; it replaces one that waited before."""
        return replace(self, callback=Callback(token, run, stage))

    def verdict(self, run: int, stage: int) -> Verdict | None:
        """The answer to an execution that waits for the end of a stage, or for START; None while it has to wait."""
        if self.run != run:
            return "cancelled" if stage == START else "gone"
        if stage == START:
            return "start" if self.is_started else None
        if self.bracket is None or self.stage is None or self.stage < stage:
            return None
        if not self.bracket.is_decided(stage):
            return None
        return "finish" if stage == self.bracket.final.stage else "pause"


Change = tuple[Tournament, tuple[Notice, ...]]
"""A new state, and who is to be told what of it, in order."""
