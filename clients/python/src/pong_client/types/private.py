"""Types of the area private. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Absence(TypedDict):
    """Who is gone, and how."""

    user_id: int
    finish_reason: Literal["player-disconnect", "player-not-connected"]


class EventSent(TypedDict):
    """What was sent, as it came."""

    users_id: list[int]
    event_code: str
    data: dict[str, Any] | None
    kwargs: dict[str, Any] | None


class MatchResult(TypedDict):
    """A finished match."""

    game_mode: Literal["duel", "ranked", "clash", "custom_game", "tournament"]
    teams: ResultTeams
    winner: Literal["a", "b"]
    looser: Literal["a", "b"]


class MatchResultAnswer(TypedDict):
    """A finished match."""

    game_mode: Literal["duel", "ranked", "clash", "custom_game", "tournament"]
    teams: ResultTeamsAnswer
    winner: Literal["a", "b"]
    looser: Literal["a", "b"]


class NewMatch(TypedDict):
    """A mode and two teams of 1 or 3: 3 in clash, either in custom games, 1 elsewhere."""

    game_mode: Literal["duel", "ranked", "clash", "custom_game", "tournament"]
    teams: TwoTeams


class PlayerId(TypedDict):
    """A player."""

    id: int


class Point(TypedDict):
    """Whether the player hit the own goal: then the other side gets the point."""

    own_goal: NotRequired[bool]


class PushedEvent(TypedDict):
    """An event and who gets it. In kwargs, `username`, `winner` and `looser` may be users' ids."""

    users_id: list[int]
    event_code: str
    data: NotRequired[dict[str, Any] | None]
    kwargs: NotRequired[dict[str, Any] | None]


class ResultTeam(TypedDict):
    """One side."""

    score: int
    players: list[Share]


class ResultTeamAnswer(TypedDict):
    """One side."""

    score: int
    players: list[ShareAnswer]


class ResultTeams(TypedDict):
    """Both sides."""

    a: ResultTeam
    b: ResultTeam


class ResultTeamsAnswer(TypedDict):
    """Both sides."""

    a: ResultTeamAnswer
    b: ResultTeamAnswer


class Share(TypedDict):
    """What one player did; `trophies` is the change in ranked."""

    id: int
    score: int
    own_goal: NotRequired[int]
    trophies: NotRequired[int]


class ShareAnswer(TypedDict):
    """What one player did; `trophies` is the change in ranked."""

    id: int
    score: int
    own_goal: int
    trophies: int


class TournamentBooked(TypedDict):
    """The result, as it came."""

    winner: int


class TournamentResult(TypedDict):
    """Who won."""

    winner: int


class TwoTeams(TypedDict):
    """Who plays on which side."""

    a: list[PlayerId]
    b: list[PlayerId]
