"""Opponents who play by what they see, like people. Pure: a bot knows the messages that a player gets, nothing else."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

Skill = Literal["well", "fairly", "badly"]


class Eyes(NamedTuple):
    """How well a bot sees."""

    error: float
    """It is wrong by up to so many half paddles. Up to 1 the paddle hits, and sends the ball up or down."""
    every: int
    """It looks at every so manyth state, of 20 a second."""
    foresees: bool
    """It goes where the ball will be, and sees each bounce; otherwise it goes where the ball is."""


EYES: dict[Skill, Eyes] = {
    "well": Eyes(0.8, 1, foresees=True),
    "fairly": Eyes(1.35, 1, foresees=True),
    "badly": Eyes(2.0, 9, foresees=False),
}


class Bot:
    """Sees the messages of a match as a player and says where its paddle is to go."""

    def __init__(self, skill: Skill, seed: int | None = None) -> None:
        self._eyes = EYES[skill]
        self.score = [0, 0]
        self._random = random.Random(seed)
        self._looks = 0
        self._column = 0
        self._wall = 0
        self._half = 0
        self._contact = 0
        self._error = 0
        self._aim = 0

    def __call__(self, message: Sequence[Any]) -> int | None:
        """The height to go to, if that changes."""
        match message:
            case ["welcome", facts]:
                self._begin(facts)
            case ["point", _, _, _, _, a, b]:
                self.score = [a, b]
            case ["serve", *_] | ["b", *_]:
                self._error = self._new_error()
                return self._look(*message[2:6]) if self._eyes.foresees else None
            case ["s", *_]:
                self._looks += 1
                if self._looks % self._eyes.every == 0:
                    return self._look(*message[2:6])
        return None

    def _begin(self, facts: dict[str, Any]) -> None:
        field, paddle = facts["field"], facts["you"]["paddle"]
        self._column = field["columns"][paddle]
        self._wall = field["half_height"] - field["ball"]
        self._half = field["half_paddle"]
        self._contact = field["ball"] + field["paddle_depth"]
        self.score = facts["score"]
        self._aim = facts["state"][5 + paddle]

    def _new_error(self) -> int:
        return round(self._half * self._random.uniform(-self._eyes.error, self._eyes.error))

    def _look(self, x: int, y: int, vx: int, vy: int) -> int | None:
        if vx == 0 or (self._column - x) * vx < 0:
            height = 0  # the ball rests, or goes away
        elif self._eyes.foresees:
            way = abs(self._column - x) - self._contact
            height = self._folded(y + vy * way // abs(vx)) - self._error
        else:
            height = y - self._error
        if height == self._aim:
            return None
        self._aim = height
        return height

    def _folded(self, y: int) -> int:
        """The height after all bounces off the walls on the way."""
        y = (y + self._wall) % (4 * self._wall)
        return (y if y <= 2 * self._wall else 4 * self._wall - y) - self._wall
