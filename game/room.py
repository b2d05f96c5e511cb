"""A match with its connections: who is there, what they are told, what the API is told."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pong_client.types import RunningMatchInstance, Teams
from websockets.asyncio.server import ServerConnection, broadcast

from game import physics
from game.bot import Bot
from game.match import Absence, Match, Phase, Point, Timing
from game.messages import Message, encoded
from game.physics import STEPS_PER_SECOND
from game.settings import Settings

STEPS_PER_STATE = 3

FULL_BYTES = 8 * 1024
"""A client that has so much unread gets no more states, ..."""
LOST_BYTES = 64 * 1024
"""... and with so much it is cut off."""

SIDES: tuple[Literal["a", "b"], ...] = ("a", "b")

HOUSE_MODE: Literal["custom_game"] = "custom_game"
"""Custom games count nowhere: against the house there are no trophies, statistics or pictures to win."""
HOUSE_PREFIX = "House-"
HOUSE_NAME = re.compile(HOUSE_PREFIX + "[0-9]{6}", re.ASCII)
HOUSE_PADDLE = 1


@dataclass(frozen=True, slots=True)
class Player:
    """A player of a match."""

    id: int
    username: str


def is_against_house(instance: RunningMatchInstance) -> bool:
    """Whether the house plays on side b: the name alone says so, also to a successor that knows no account of ours.

    Any guest may take such a name. All that it gets is a bot that plays in its place, in a custom game.
    """
    is_duel = instance["game_mode"] == HOUSE_MODE and instance["match_type"] == "1v1"
    user: Any = instance["teams"]["b"]["players"][0]  # a deleted one has no is_guest
    return bool(is_duel and user.get("is_guest") and HOUSE_NAME.fullmatch(user["username"]))


def score_of(teams: Teams) -> list[int]:
    """The score of both sides."""
    return [teams[side]["score"] for side in SIDES]


class Room:
    """A running match. Until its first player comes it costs nothing but this."""

    def __init__(
        self,
        instance: RunningMatchInstance,
        settings: Settings,
        report: Callable[[Room, Point | Absence], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        self.id = instance["id"]
        self.code = instance["code"]
        self.game_mode = instance["game_mode"]
        self.players = [
            Player(player["id"], player["username"])
            for side in SIDES
            for player in instance["teams"][side]["players"]
        ]
        self.is_begun = False
        """A player has come."""
        self.seated: dict[int, ServerConnection] = {}
        """The connections of players, by their paddles."""
        self.spectators: set[ServerConnection] = set()
        self.admitted: dict[str, int] = {}
        """The paddles of tickets that were checked: a player comes back also while the API is away."""
        self.house = (
            Bot("fairly", self.id) if settings.game_house_matches and is_against_house(instance) else None
        )
        """Plays for the house, from its opponent's first connection on."""
        self.match = Match(
            self.id,
            instance["match_type"],
            instance["points_to_win"],
            score_of(instance["teams"]),
            Timing(
                countdown=round(settings.game_countdown_seconds * STEPS_PER_SECOND),
                grace=round(settings.game_reconnect_seconds * STEPS_PER_SECOND),
            ),
        )
        self._connect_before = datetime.fromisoformat(instance["connect_before"]).timestamp()
        self._report = report
        self._now = now

    # ── connections ──────────────────────────────────────────────────────────────────────────────────────

    @property
    def connections(self) -> Iterator[ServerConnection]:
        """All of them."""
        yield from self.seated.values()
        yield from self.spectators

    def paddle_of(self, user_id: int) -> int | None:
        """The paddle of a player."""
        return next((paddle for paddle, player in enumerate(self.players) if player.id == user_id), None)

    def join(self, connection: ServerConnection, paddle: int | None) -> ServerConnection | None:
        """Take in a player, or a spectator without a paddle; the player's older connection, whose place is taken."""
        older = None
        if paddle is None:
            self.spectators.add(connection)
        else:
            if not self.is_begun:
                self.is_begun = True
                self.match.expect_all(round((self._connect_before - self._now()) * STEPS_PER_SECOND))
                self._seat_house()
            if self.house is not None and paddle == HOUSE_PADDLE:
                self.house = None  # the account is a person's
            older = self.seated.get(paddle)
            self.seated[paddle] = connection
            if not self.match.seats[paddle].present:
                self.match.come(paddle)
        self._tell([connection], [("welcome", self._welcome(paddle))])
        self._tell(self._others(connection), self._messages())
        return older

    def leave(self, connection: ServerConnection, paddle: int | None) -> None:
        """A connection has ended."""
        self.spectators.discard(connection)
        if paddle is not None and self.seated.get(paddle) is connection:
            del self.seated[paddle]
            self.match.go(paddle)
            self._tell(self.connections, self._messages())

    def _seat_house(self) -> None:
        if self.house is not None:
            self.match.come(HOUSE_PADDLE)
            self.house(("welcome", self._welcome(HOUSE_PADDLE)))

    def _others(self, connection: ServerConnection) -> list[ServerConnection]:
        return [each for each in self.connections if each is not connection]

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────

    def step(self) -> None:
        """A sixtieth of a second. States of different matches are sent at different steps."""
        match = self.match
        match.step()
        if match.messages:
            self._tell(self.connections, self._messages())
        for report in match.reports:
            self._report(self, report)
        match.reports.clear()
        if (match.field.step + self.id) % STEPS_PER_STATE == 0:
            state = ("s", *self._state())
            self._show_house(state)
            self._tell(self.connections, [state], only_ready=True)

    def confirmed(self, teams: Teams) -> None:
        """The API has counted the point."""
        self.match.confirmed(score_of(teams))
        self._tell(self.connections, self._messages())

    def end(self, winner: Literal["a", "b"] | None, reason: str, score: list[int]) -> None:
        """The match is over."""
        self.match.end(winner, reason, score)
        self._tell(self.connections, self._messages())

    # ── messages ─────────────────────────────────────────────────────────────────────────────────────────

    def _messages(self) -> list[Message]:
        """Those that the match has to tell now."""
        messages = self.match.messages
        self.match.messages = []
        for message in messages:
            self._show_house(message)
        return messages

    def _show_house(self, message: Message) -> None:
        """The house sees what a player is told, and answers by an aim."""
        if self.house is not None and (y := self.house(message)) is not None:
            self.match.aim(HOUSE_PADDLE, y)

    def _tell(self, connections: Any, messages: list[Message], *, only_ready: bool = False) -> None:
        """Send to those who read. `only_ready`: what comes again needn't be sent to a client that is behind."""
        for message in messages:
            ready = []
            for connection in connections:
                unread = connection.transport.get_write_buffer_size()
                if unread > LOST_BYTES:
                    connection.transport.abort()
                elif unread <= FULL_BYTES or not only_ready:
                    ready.append(connection)
            broadcast(ready, encoded(message))

    def _state(self) -> list[int]:
        field = self.match.field
        return [field.step, field.x, field.y, field.vx, field.vy, *field.paddles]

    def _welcome(self, paddle: int | None) -> dict[str, Any]:
        match, field = self.match, self.match.field
        return {
            "match": {
                "id": self.id,
                "code": self.code,
                "game_mode": self.game_mode,
                "match_type": match.match_type,
            },
            "points_to_win": match.points_to_win,
            "you": {
                "role": "spectator" if paddle is None else "player",
                "paddle": paddle,
                "side": None if paddle is None else physics.side_of(field, paddle),
            },
            "players": [
                {
                    "id": player.id,
                    "username": player.username,
                    "side": physics.side_of(field, n),
                    "present": int(seat.present),
                    "until": 0 if seat.present else seat.until,
                    "house": int(self.house is not None and n == HOUSE_PADDLE),
                }
                for n, (player, seat) in enumerate(zip(self.players, match.seats, strict=True))
            ],
            "score": match.score,
            "field": {
                "half_width": physics.HALF_WIDTH,
                "half_height": physics.HALF_HEIGHT,
                "ball": physics.BALL,
                "paddle_depth": physics.PADDLE_DEPTH,
                "half_paddle": field.half_paddle,
                "paddle_speed": physics.PADDLE_SPEED,
                "columns": field.columns,
            },
            "steps_per_second": STEPS_PER_SECOND,
            "steps_per_state": STEPS_PER_STATE,
            "state": self._state(),
            "serve_at": match.serve_at if match.phase is Phase.COUNTDOWN else None,
        }
