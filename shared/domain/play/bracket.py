"""The bracket of a tournament: seeds, pairings and winners (docs/contract/tournaments.md#seeds). Pure rules.

A bracket has a place for each seed; a place without an entrant gives a bye. A match of the bracket is a `Pairing`. Its
game is an ordinary match, which the pairing holds from the game's beginning on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from shared.domain.play.matches import (
    GAME_NOT_PLAYED,
    NO_GAME,
    FinishReason,
    Match,
    Side,
    Team,
    other,
    team_of,
)

StageName = Literal["round-of-16", "quarter-final", "semi-final", "final"]
STAGES: tuple[StageName, ...] = ("round-of-16", "quarter-final", "semi-final", "final")
"""A stage's id is its position here, from 1: the final is stage 4 in tournaments of any size."""

SIZES = (4, 8, 16)

BYE_SCORE = 3
"""A player without an opponent wins 3 to 0."""


def stages_of(size: int) -> tuple[StageName, ...]:
    """The names of a tournament's stages, the first one first."""
    return STAGES[-(size.bit_length() - 1) :]


def stage_id(name: StageName) -> int:
    """The id of a stage."""
    return STAGES.index(name) + 1


def seeds_in_order(size: int) -> tuple[int, ...]:
    """The seeds from the top of the bracket to its bottom.

    If the better seeds win, the two seeds of each match of a round add up to the same number. So better seeds have
    easier opponents, and seeds 1 and 2 can meet only in the final.
    """
    order: tuple[int, ...] = (1,)
    while len(order) < size:
        total = 2 * len(order) + 1
        order = tuple(seed for better in order for seed in (better, total - better))
    return order


def seeding(trophies: Mapping[int, int], shuffle: Callable[[list[int]], None]) -> list[int]:
    """Users by seed, the best first: by trophies, ties at random."""
    users = sorted(trophies)
    shuffle(users)
    return sorted(users, key=lambda user_id: -trophies[user_id])  # stable, so ties stay shuffled


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """A match of the bracket. User 1 plays as side a, user 2 as side b."""

    stage: int
    """The stage's id."""
    n: int
    """Counts the stage's matches from 1, top to bottom: the winners of 2n-1 and 2n meet in n of the next stage."""
    user_1: int | None = None
    user_2: int | None = None
    """None until a user has reached this match; it can stay None."""
    game: Match | None = None
    """The match as it began or as it ended; None before its beginning and without a game."""
    finish_reason: FinishReason | None = None
    """None until the result stands."""
    winner: Side | None = None
    """The side that goes on; a result without a winner has none."""

    @property
    def name(self) -> StageName:
        """The stage's name."""
        return STAGES[self.stage - 1]

    @property
    def is_decided(self) -> bool:
        """Whether the result stands."""
        return self.finish_reason is not None

    @property
    def is_running(self) -> bool:
        """Whether its game is running."""
        return self.game is not None and not self.is_decided

    def is_of(self, game: Match) -> bool:
        """Whether a game is this pairing's."""
        return self.game is not None and self.game.id == game.id

    @property
    def users(self) -> tuple[int, ...]:
        """The users known so far."""
        return tuple(user for user in (self.user_1, self.user_2) if user is not None)

    def user(self, side: Side | None) -> int | None:
        """The user on a side."""
        return {"a": self.user_1, "b": self.user_2}[side] if side else None

    @property
    def winner_id(self) -> int | None:
        """The user who goes on."""
        return self.user(self.winner)

    @property
    def looser_id(self) -> int | None:
        """The user who lost (the contract's spelling); None without a loser."""
        return self.user(other(self.winner)) if self.winner else None

    def score(self, side: Side) -> int:
        """The points of a side."""
        if self.game:
            return self.game.team(side).score
        return BYE_SCORE if side == self.winner else 0

    def team(self, side: Side) -> Team:
        """A side of a match without a game: its user, if known, and the points of a bye."""
        user_id = self.user(side)
        return replace(team_of(() if user_id is None else (user_id,)), score=self.score(side))

    def side_of(self, user_id: int) -> Side:
        """The side of one of its users."""
        return "a" if user_id == self.user_1 else "b"

    def begun(self, game: Match) -> Pairing:
        """The pairing with its game, which begins."""
        return replace(self, game=game)

    def ended(self, game: Match) -> Pairing:
        """The pairing with the result of its game."""
        return replace(self, game=game, finish_reason=game.finish_reason, winner=game.winner)

    def without_a_game(self, present: Collection[int]) -> Pairing:
        """The pairing with the result of a match that misses a user."""
        remaining = [user for user in self.users if user in present]
        if not remaining:
            return replace(self, finish_reason=NO_GAME)
        return replace(self, finish_reason=GAME_NOT_PLAYED, winner=self.side_of(remaining[0]))


@dataclass(frozen=True, slots=True)
class Bracket:
    """All stages with all their matches, the first stage first."""

    stages: tuple[tuple[Pairing, ...], ...]

    @classmethod
    def draw(cls, size: int, by_seed: Sequence[int]) -> Bracket:
        """The bracket of these users, the best seed first."""
        places = [by_seed[seed - 1] if seed <= len(by_seed) else None for seed in seeds_in_order(size)]
        names = stages_of(size)
        stages = [
            tuple(Pairing(stage=stage_id(name), n=n + 1) for n in range(size // 2 ** (names.index(name) + 1)))
            for name in names
        ]
        stages[0] = tuple(
            replace(pairing, user_1=places[2 * n], user_2=places[2 * n + 1])
            for n, pairing in enumerate(stages[0])
        )
        return cls(tuple(stages))

    @property
    def first_stage(self) -> int:
        """The id of the first stage."""
        return self.stages[0][0].stage

    @property
    def pairings(self) -> Iterator[Pairing]:
        """Every match, stage by stage."""
        return (pairing for stage in self.stages for pairing in stage)

    def stage(self, stage: int) -> tuple[Pairing, ...]:
        """The matches of a stage, by its id."""
        return self.stages[stage - self.first_stage]

    def pairing(self, stage: int, n: int) -> Pairing:
        """One match."""
        return self.stage(stage)[n - 1]

    def running(self) -> tuple[Pairing, ...]:
        """The running matches."""
        return tuple(pairing for pairing in self.pairings if pairing.is_running)

    def is_decided(self, stage: int) -> bool:
        """Whether all results of a stage stand."""
        return all(pairing.is_decided for pairing in self.stage(stage))

    @property
    def final(self) -> Pairing:
        """The match of the last stage."""
        return self.stages[-1][0]

    def with_pairings(self, changed: Iterable[Pairing]) -> Bracket:
        """The bracket with some matches replaced. Their winners take their places in the next stage."""
        stages = [list(stage) for stage in self.stages]
        for pairing in changed:
            index = pairing.stage - self.first_stage
            stages[index][pairing.n - 1] = pairing
            if pairing.winner_id is not None and index + 1 < len(stages):
                later = stages[index + 1][(pairing.n - 1) // 2]
                stages[index + 1][later.n - 1] = (
                    replace(later, user_1=pairing.winner_id)
                    if pairing.n % 2
                    else replace(later, user_2=pairing.winner_id)
                )
        return Bracket(tuple(tuple(stage) for stage in stages))
