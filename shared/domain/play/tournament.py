"""The state of a tournament (docs/contract/tournaments.md). Its rules are in tournament_rules.py.

Executions of a state machine run it (infra/machines/tournament.asl.json). An execution has the id of its `run`, and its
steps count only while the tournament has the same `run`: late, repeated and cancelled executions change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from shared.domain.play.bracket import Bracket, Pairing
from shared.domain.play.errors import NotTournamentMember
from shared.domain.play.matches import Match
from shared.domain.play.rooms import Blocks

Verdict = Literal["start", "cancelled", "pause", "finish", "gone"]
"""The answer to a waiting execution: the countdown ends early (`start`), or is cancelled; the stage is decided, and
another one follows (`pause`) or none (`finish`); the execution isn't valid any more (`gone`)."""

START: Final = 0
"""Stands for the start where an execution waits for the end of a stage. Ids of stages begin with 1."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """A participant."""

    id: int
    join_at: datetime
    present: bool = True
    """Whether they are in the tournament, as a player or a spectator. Going offline is not leaving."""
    still_in: bool = True
    """Whether they may still win it."""
    seed: int | None = None
    stage: int | None = None
    """The id of the last stage that they have reached."""


@dataclass(frozen=True, slots=True)
class Callback:
    """An execution that waits for an answer."""

    token: str
    run: int
    stage: int
    """The id of the stage whose end it waits for; START if it waits for the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tournament:
    """A tournament with its entrants and its bracket."""

    id: int
    name: str
    size: int
    private: bool
    code: str
    created_at: datetime
    created_by: int
    entrants: tuple[Entrant, ...] = ()
    """In the order of joining; from the start on they stay the same."""
    banned: frozenset[int] = frozenset()
    blocks: Blocks = frozenset()
    """Whom the users in it block."""
    start_at: datetime | None = None
    """The end of the countdown. After the start: its planned end, or the moment of the start without a countdown."""
    run: int | None = None
    """The valid execution, which runs the countdown and then the tournament; None if there is none."""
    callback: Callback | None = None
    bracket: Bracket | None = None
    """None before the start."""
    stage: int | None = None
    """The id of the running stage; None before the first one."""
    due_at: datetime | None = None
    """When its execution takes the next step: the start, a stage, the finish. None while players decide what comes."""
    finish_at: datetime | None = None

    # ── state ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def threshold(self) -> int:
        """The number of participants that begins the countdown: 80 % of the size, rounded up."""
        return -(-4 * self.size // 5)

    @property
    def is_started(self) -> bool:
        """Whether it has its bracket."""
        return self.bracket is not None

    @property
    def is_full(self) -> bool:
        """Whether all places are taken."""
        return len(self.entrants) >= self.size

    @property
    def is_abandoned(self) -> bool:
        """Whether all participants have left before the start, which ends it."""
        return not self.entrants

    @property
    def drawn(self) -> Bracket:
        """The bracket. ValueError before the start."""
        if self.bracket is None:
            raise ValueError(f"tournament {self.id} hasn't started")
        return self.bracket

    @property
    def is_decided(self) -> bool:
        """Whether the final has a result."""
        return self.bracket is not None and self.bracket.final.is_decided

    @property
    def is_between_stages(self) -> bool:
        """Whether it has started and waits for its next stage, or for its finish."""
        if self.bracket is None or self.finish_at:
            return False
        return self.stage is None or self.bracket.is_decided(self.stage)

    @property
    def winner(self) -> int | None:
        """The winner of the final; None before its end, or without one."""
        return self.bracket.final.winner_id if self.bracket else None

    @property
    def user_ids(self) -> tuple[int, ...]:
        """All entrants, in the order of joining."""
        return tuple(entrant.id for entrant in self.entrants)

    @property
    def present(self) -> tuple[int, ...]:
        """Users who are in it, as players or spectators, in the order of joining."""
        return tuple(entrant.id for entrant in self.entrants if entrant.present)

    def find(self, user_id: int) -> Entrant | None:
        """The entrant with this id, even one who has left; or None."""
        return next((entrant for entrant in self.entrants if entrant.id == user_id), None)

    def has(self, user_id: int) -> bool:
        """Whether a user is in it now."""
        return user_id in self.present

    def is_playing(self, user_id: int) -> bool:
        """Whether it has started and the user may still win it: then they can be nowhere else."""
        entrant = self.find(user_id)
        return self.is_started and entrant is not None and entrant.present and entrant.still_in

    def require(self, user_id: int) -> Entrant:
        """The entrant. NotTournamentMember if the user isn't in it."""
        entrant = self.find(user_id)
        if entrant is None or not entrant.present:
            raise NotTournamentMember
        return entrant

    # ── stages ───────────────────────────────────────────────────────────────────────────────────────────

    def next_stage(self) -> int:
        """The id of the stage that begins next."""
        return self.drawn.first_stage if self.stage is None else self.stage + 1

    def pairs_to_play(self) -> tuple[Pairing, ...]:
        """The matches of the next stage that need a game: undecided, and both users are able to play."""
        able = set(self.able)
        return tuple(
            pairing
            for pairing in self.drawn.stage(self.next_stage())
            if not pairing.is_decided and len(set(pairing.users) & able) == 2
        )

    def is_of(self, game: Match) -> bool:
        """Whether a game is a running match of the bracket."""
        return self.bracket is not None and any(pairing.is_of(game) for pairing in self.bracket.running())

    def better_seed(self, user_ids: Iterable[int]) -> int:
        """The best seed of these users, who wins a match without a winner."""
        seeds = {entrant.id: entrant.seed or self.size for entrant in self.entrants}
        return min(user_ids, key=lambda user_id: seeds[user_id])

    @property
    def eliminated(self) -> tuple[int, ...]:
        """Users who are out, but still in the tournament as spectators."""
        return tuple(entrant.id for entrant in self.entrants if entrant.present and not entrant.still_in)

    @property
    def able(self) -> tuple[int, ...]:
        """Participants who are present and may still win."""
        return tuple(entrant.id for entrant in self.entrants if entrant.present and entrant.still_in)

    # ── executions ───────────────────────────────────────────────────────────────────────────────────────

    def wait(self, token: str, run: int, stage: int) -> Tournament:
        """The tournament with a waiting execution, instead of one that waited before."""
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
