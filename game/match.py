"""The course of a match: waiting, countdown, rally, point, end. Pure; its time is steps. docs/game-protocol.md.

A match says what it has to tell in `messages` and what the API has to know in `reports`; its room takes them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal, NamedTuple

from game import physics
from game.messages import Message
from game.physics import STEPS_PER_SECOND, Bounce, Field, Goal, MatchType

PAUSES_PER_COUNTDOWN = 3
"""The pause between the answer to a report of a point and the next serve is a part of the countdown: 1 of 3 seconds."""
MOST_AWAY = 30 * STEPS_PER_SECOND
"""All absences of a player in a match together."""

AbsenceReason = Literal["player-disconnect", "player-not-connected"]


class Phase(Enum):
    """Where a match is."""

    WAITING = auto()
    """For a player, or for the API's answer to a point."""
    COUNTDOWN = auto()
    RALLY = auto()
    LOST = auto()
    """By an absence, which the API is told."""
    OVER = auto()
    """The API has ended the match."""


class Point(NamedTuple):
    """A point to report."""

    paddle: int
    """Of the player who has hit the ball last."""
    own: bool
    number: int
    """How many points the match had before."""


class Absence(NamedTuple):
    """A player to report as absent."""

    paddle: int
    reason: AbsenceReason


class Timing(NamedTuple):
    """In steps."""

    countdown: int
    """Before the first serve, and after a player was away."""
    grace: int
    """In which a player who was lost may come back."""


@dataclass(slots=True)
class Seat:
    """A player's place."""

    present: bool = False
    until: int = 0
    """The step by which an absent player has to be back."""
    reason: AbsenceReason = "player-not-connected"
    """What is reported then."""
    away_since: int = 0
    away: int = 0
    """How long the player's earlier absences were, in steps."""


class Match:
    """One match on this server, from its first player on."""

    def __init__(
        self, match_id: int, match_type: MatchType, points_to_win: int, score: list[int], timing: Timing
    ) -> None:
        self.match_type: MatchType = match_type
        self.points_to_win = points_to_win
        self.score = score
        self.field = Field(match_type, physics.seed_of(match_id))
        self.phase = Phase.WAITING
        self.serve_at = 0
        """The step of the next serve, in a countdown."""
        self.towards = physics.RIGHT if (match_id + sum(score)) % 2 else physics.LEFT
        """The side that the next serve goes to."""
        self.seats = [Seat() for _ in self.field.columns]
        self.is_point_open = False
        """A point was reported, and its answer isn't there."""
        self.messages: list[Message] = []
        self.reports: list[Point | Absence] = []
        self._timing = timing
        self._pause = timing.countdown
        """Steps from now to the next serve, once all are there."""

    # ── players ──────────────────────────────────────────────────────────────────────────────────────────

    def expect_all(self, steps: int) -> None:
        """The first player comes; the API waits for so many steps more. Without any, this server was restarted."""
        for seat in self.seats:
            seat.reason = "player-not-connected" if steps > 0 else "player-disconnect"
            seat.until = steps if steps > 0 else self._timing.grace

    def come(self, paddle: int) -> None:
        """A player is there."""
        seat = self.seats[paddle]
        if seat.reason == "player-disconnect":
            seat.away += self.field.step - seat.away_since
        seat.present = True
        self._tell_player(paddle)
        self._go_on()

    def go(self, paddle: int) -> None:
        """A player's connection is lost."""
        seat = self.seats[paddle]
        now = self.field.step
        seat.present, seat.reason, seat.away_since = False, "player-disconnect", now
        seat.until = now + max(0, min(self._timing.grace, MOST_AWAY - seat.away))
        self._tell_player(paddle)
        if self.phase is Phase.COUNTDOWN:
            self.phase = Phase.WAITING
        self._pause = self._timing.countdown

    def aim(self, paddle: int, y: int) -> None:
        """A player wants the paddle at this height."""
        physics.aim(self.field, paddle, y)

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────

    def step(self) -> None:
        """A sixtieth of a second."""
        if self.phase in (Phase.LOST, Phase.OVER):
            return
        if self.phase is Phase.COUNTDOWN and self.field.step >= self.serve_at:
            self._serve()
        event = physics.step(self.field)
        if event is not None:
            self._tell(event)
        if not all(seat.present for seat in self.seats):
            self._check_absent()

    def confirmed(self, score: Sequence[int]) -> None:
        """The API has answered the report of a point: this is the score."""
        self.is_point_open = False
        self.score[:] = score
        self._go_on()

    def end(self, winner: Literal["a", "b"] | None, reason: str, score: Sequence[int]) -> None:
        """The API has ended the match."""
        if self.phase is not Phase.OVER:
            self.phase = Phase.OVER
            self.score[:] = score
            self.messages.append(("end", winner, reason, *score))

    def _go_on(self) -> None:
        """Count down to the next serve, if nothing is missing for it."""
        if self.phase is not Phase.WAITING or self.is_point_open:
            return
        if all(seat.present for seat in self.seats) and max(self.score) < self.points_to_win:
            self.phase = Phase.COUNTDOWN
            self.serve_at = self.field.step + self._pause
            self.messages.append(("countdown", self.field.step, self.serve_at))

    def _serve(self) -> None:
        self.phase = Phase.RALLY
        physics.serve(self.field, self.towards)
        self._pause = self._timing.countdown // PAUSES_PER_COUNTDOWN
        field = self.field
        self.messages.append(("serve", field.step, field.x, field.y, field.vx, field.vy))

    def _tell(self, event: Bounce | Goal) -> None:
        field = self.field
        if isinstance(event, Bounce):
            paddle = -1 if event.paddle is None else event.paddle
            self.messages.append(("b", field.step, field.x, field.y, field.vx, field.vy, paddle))
            return
        number = sum(self.score)
        side = physics.LEFT if event.conceded else physics.RIGHT
        self.score[side] += 1
        self.towards = event.conceded
        self.phase = Phase.WAITING
        self.is_point_open = True
        self.messages.append(("point", field.step, side, event.by, int(event.own), *self.score))
        self.reports.append(Point(event.by, event.own, number))

    def _tell_player(self, paddle: int) -> None:
        seat = self.seats[paddle]
        until = 0 if seat.present else seat.until
        self.messages.append(("player", self.field.step, paddle, int(seat.present), until))

    def _check_absent(self) -> None:
        """Of several whose time is over the one who had to be there first loses the match."""
        absent = [paddle for paddle, seat in enumerate(self.seats) if not seat.present]
        first = min(absent, key=lambda paddle: self.seats[paddle].until)
        if self.field.step >= self.seats[first].until and not self.is_point_open:
            self.phase = Phase.LOST
            self.reports.append(Absence(first, self.seats[first].reason))
