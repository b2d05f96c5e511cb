"""A tournament as it is. What can be done to it is in tournament_rules.py (docs/contract/tournaments.md).

A state machine waits for it (infra/machines/tournament.asl.json). It carries the id of its `run`, and its steps count
only while that run stands here; so late, repeated and cancelled executions change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from shared.domain.play.bracket import Bracket, Pairing
from shared.domain.play.errors import NotTournamentMember
from shared.domain.play.matches import Match

Verdict = Literal["start", "cancelled", "pause", "finish", "gone"]
"""What a waiting execution is told: the countdown is over early, or cancelled; the stage is decided, and another
one follows, or none does; nobody needs this execution any more."""

START: Final = 0
"""What an execution waits for that isn't the end of a stage: the start. Ids of stages begin with 1."""


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

    # ── stages ───────────────────────────────────────────────────────────────────────────────────────────

    def next_stage(self) -> int:
        """The id of the stage that begins next."""
        return self.drawn.first_stage if self.stage is None else self.stage + 1

    def pairs_to_play(self) -> tuple[Pairing, ...]:
        """The matches of the next stage that are to be played: both users are there."""
        here = set(self.able)
        return tuple(
            pairing
            for pairing in self.drawn.stage(self.next_stage())
            if not pairing.is_decided and len(set(pairing.users) & here) == 2
        )

    def is_of(self, game: Match) -> bool:
        """Whether a game is one of the bracket's that is being played."""
        return self.bracket is not None and any(pairing.is_of(game) for pairing in self.bracket.running())

    def better_seed(self, user_ids: Iterable[int]) -> int:
        """Who of these is the better seed: goes on where nobody has played."""
        seeds = {entrant.id: entrant.seed or self.size for entrant in self.entrants}
        return min(user_ids, key=lambda user_id: seeds[user_id])

    @property
    def eliminated(self) -> tuple[int, ...]:
        """Those who are out and still there to watch."""
        return tuple(entrant.id for entrant in self.entrants if entrant.present and not entrant.still_in)

    @property
    def able(self) -> tuple[int, ...]:
        """Participants who are present and may still win."""
        return tuple(entrant.id for entrant in self.entrants if entrant.present and entrant.still_in)

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
