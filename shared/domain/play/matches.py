"""A match from creation to its end: pure rules (docs/contract/queues-and-matches.md#points).

The game itself runs on game servers, which report connections, points and disconnections.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from shared.domain.play.errors import MatchFinished, NotInMatch

Side = Literal["a", "b"]
SIDES: tuple[Side, Side] = ("a", "b")

GameMode = Literal["duel", "ranked", "clash", "custom_game", "tournament"]
MatchType = Literal["1v1", "3v3"]

FinishReason = Literal[
    "normal-end",
    "player-disconnect",
    "player-not-connected",
    "players-timeout",
    "game-not-played",
    "no-game",
]
NORMAL_END: Final = "normal-end"
PLAYER_DISCONNECT: Final = "player-disconnect"
PLAYER_NOT_CONNECTED: Final = "player-not-connected"
PLAYERS_TIMEOUT: Final = "players-timeout"
GAME_NOT_PLAYED: Final = "game-not-played"
NO_GAME: Final = "no-game"


@dataclass(frozen=True, slots=True)
class MatchPlayer:
    """One player's share of a match. `trophies` is the change by a ranked match."""

    id: int
    score: int = 0
    own_goal: int = 0
    trophies: int = 0
    connected: bool = False


@dataclass(frozen=True, slots=True)
class Team:
    """One side of a match."""

    players: tuple[MatchPlayer, ...]
    score: int = 0

    def player(self, user_id: int) -> MatchPlayer | None:
        """A user's share; None if they don't play on this side."""
        return next((player for player in self.players if player.id == user_id), None)

    def with_player(self, changed: MatchPlayer) -> Team:
        """The team with one player's share replaced."""
        return replace(self, players=tuple(changed if p.id == changed.id else p for p in self.players))


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A match, running until `winner` is set."""

    id: int
    code: str
    game_mode: GameMode
    created_at: datetime
    a: Team
    b: Team
    winner: Side | None = None
    finish_reason: FinishReason | None = None
    finished_at: datetime | None = None
    tournament_id: int | None = None
    tournament_stage_id: int | None = None
    tournament_n: int | None = None

    @property
    def match_type(self) -> MatchType:
        """`1v1` or `3v3`."""
        return "3v3" if len(self.a.players) == 3 else "1v1"

    @property
    def user_ids(self) -> tuple[int, ...]:
        """All players, side a first."""
        return tuple(player.id for player in (*self.a.players, *self.b.players))

    @property
    def looser(self) -> Side | None:
        """The side that lost (the contract's spelling)."""
        return other(self.winner) if self.winner else None

    @property
    def anybody_connected(self) -> bool:
        """Whether any player has reached the game server."""
        return any(player.connected for player in (*self.a.players, *self.b.players))

    @property
    def leading(self) -> Side | None:
        """The side with more points, None when level."""
        if self.a.score == self.b.score:
            return None
        return "a" if self.a.score > self.b.score else "b"

    def team(self, side: Side) -> Team:
        """The team of a side."""
        return self.a if side == "a" else self.b

    def with_team(self, side: Side, team: Team) -> Match:
        """The match with one team replaced."""
        return replace(self, a=team) if side == "a" else replace(self, b=team)

    def find(self, user_id: int) -> tuple[Side, MatchPlayer]:
        """A player's side and share. NotInMatch for another user."""
        for side in SIDES:
            player = self.team(side).player(user_id)
            if player:
                return side, player
        raise NotInMatch

    def connect(self, user_id: int) -> Match:
        """A player has reached the game server."""
        return self._with_player(user_id, connected=True)

    def score(self, user_id: int, *, own_goal: bool, points_to_win: int, now: datetime) -> Match:
        """A player scored, or hit the own goal: then the other side gets the point.

        The side that reaches `points_to_win` wins. A player who scores counts as connected.
        """
        self.require_running()
        side, player = self.find(user_id)
        scored = (
            self._with_player(user_id, own_goal=player.own_goal + 1, connected=True)
            if own_goal
            else self._with_player(user_id, score=player.score + 1, connected=True)
        )
        if own_goal:
            side = other(side)
        team = scored.team(side)
        scored = scored.with_team(side, replace(team, score=team.score + 1))
        if scored.team(side).score < points_to_win:
            return scored
        return scored.won_by(side, NORMAL_END, now)

    def forfeit(self, user_id: int, *, reason: FinishReason, points_to_win: int, now: datetime) -> Match:
        """A player went away or never came: that side loses 0 to `points_to_win`."""
        self.require_running()
        loser, _ = self.find(user_id)
        winner = other(loser)
        scored = self.with_team(loser, replace(self.team(loser), score=0))
        scored = scored.with_team(winner, replace(self.team(winner), score=points_to_win))
        return scored.won_by(winner, reason, now)

    def won_by(self, side: Side, reason: FinishReason, now: datetime) -> Match:
        """The match, won by a side. MatchFinished if it is over already."""
        self.require_running()
        return replace(self, winner=side, finish_reason=reason, finished_at=now)

    def require_running(self) -> None:
        """MatchFinished if the match is over."""
        if self.winner:
            raise MatchFinished

    def _with_player(self, user_id: int, **changes: Any) -> Match:
        side, player = self.find(user_id)
        return self.with_team(side, self.team(side).with_player(replace(player, **changes)))


def other(side: Side) -> Side:
    """The opposite side."""
    return "b" if side == "a" else "a"


def team_of(user_ids: tuple[int, ...]) -> Team:
    """A team that hasn't played yet."""
    return Team(tuple(MatchPlayer(user_id) for user_id in user_ids))
