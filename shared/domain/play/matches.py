"""A match from creation to its end: pure rules (docs/contract/queues-and-matches.md#points).

The game itself runs elsewhere; game servers report who is there, who scored and who went away.
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
    """One player's share of a match; `trophies` is the change that a ranked match made."""

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
        """That user's share, or None if not on this side."""
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
        """Everyone who plays, side a first."""
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
        """A player's side and share; Forbidden for one who doesn't play in this match."""
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

        The side that reaches `points_to_win` wins. Who scores is there, so it counts as being connected.
        """
        self.require_running()
        mine, player = self.find(user_id)
        scored = (
            self._with_player(user_id, own_goal=player.own_goal + 1, connected=True)
            if own_goal
            else self._with_player(user_id, score=player.score + 1, connected=True)
        )
        gets_it = other(mine) if own_goal else mine
        team = scored.team(gets_it)
        scored = scored.with_team(gets_it, replace(team, score=team.score + 1))
        if scored.team(gets_it).score < points_to_win:
            return scored
        return scored.won_by(gets_it, NORMAL_END, now)

    def forfeit(self, user_id: int, *, reason: FinishReason, points_to_win: int, now: datetime) -> Match:
        """A player went away or never came: that side loses, and the result counts 0 to `points_to_win`."""
        self.require_running()
        lost, _ = self.find(user_id)
        scored = self.with_team(lost, replace(self.team(lost), score=0))
        scored = scored.with_team(other(lost), replace(self.team(other(lost)), score=points_to_win))
        return scored.won_by(other(lost), reason, now)

    def won_by(self, side: Side, reason: FinishReason, now: datetime) -> Match:
        """The match, over."""
        self.require_running()
        return replace(self, winner=side, finish_reason=reason, finished_at=now)

    def require_running(self) -> None:
        """Conflict if the match is over already."""
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
