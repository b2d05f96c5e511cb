"""Types of the area private. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Absence(TypedDict):
    """Who is gone, and how."""

    user_id: int
    """The player's id."""
    finish_reason: Literal["player-disconnect", "player-not-connected"]
    """Whether the player went away, or never came."""


class EventSent(TypedDict):
    """What was sent, as it came."""

    users_id: list[int]
    """The receivers' ids."""
    event_code: str
    """The event's code."""
    data: dict[str, Any] | None
    """The event's `data`; null without any."""
    kwargs: dict[str, Any] | None
    """The event's `kwargs`; null without any."""


class MatchResult(TypedDict):
    """A finished match."""

    game_mode: Literal["duel", "ranked", "clash", "custom_game", "tournament"]
    """The mode that it counts for."""
    teams: ResultTeams
    """Both sides, with scores and players."""
    winner: Literal["a", "b"]
    """The side that won."""
    looser: Literal["a", "b"]
    """The side that lost: the other one."""


class MatchResultAnswer(TypedDict):
    """A finished match."""

    game_mode: Literal["duel", "ranked", "clash", "custom_game", "tournament"]
    """The mode that it counts for."""
    teams: ResultTeamsAnswer
    """Both sides, with scores and players."""
    winner: Literal["a", "b"]
    """The side that won."""
    looser: Literal["a", "b"]
    """The side that lost: the other one."""


class NewMatch(TypedDict):
    """A mode and two teams of 1 or 3: 3 in clash, either in custom games, 1 elsewhere."""

    game_mode: Literal["duel", "ranked", "clash", "custom_game", "tournament"]
    """The mode that it counts for."""
    teams: TwoTeams
    """Both sides, with their players."""


class PlayerId(TypedDict):
    """A player."""

    id: int
    """The player's id."""


class Point(TypedDict):
    """Whether the player hit the own goal: then the other side gets the point."""

    own_goal: NotRequired[bool]
    """Whether it went into the player's own goal."""


class PushedEvent(TypedDict):
    """An event and who gets it. In kwargs, `username`, `winner` and `looser` may be users' ids."""

    users_id: list[int]
    """The receivers' ids."""
    event_code: str
    """The event's code, from the catalogue."""
    data: NotRequired[dict[str, Any] | None]
    """The event's `data`; any object."""
    kwargs: NotRequired[dict[str, Any] | None]
    """The event's `kwargs`: what its message and targets are made of."""


class ResultTeam(TypedDict):
    """One side."""

    score: int
    """The side's points."""
    players: list[Share]
    """The side's players."""


class ResultTeamAnswer(TypedDict):
    """One side."""

    score: int
    """The side's points."""
    players: list[ShareAnswer]
    """The side's players."""


class ResultTeams(TypedDict):
    """Both sides."""

    a: ResultTeam
    """Side a."""
    b: ResultTeam
    """Side b."""


class ResultTeamsAnswer(TypedDict):
    """Both sides."""

    a: ResultTeamAnswer
    """Side a."""
    b: ResultTeamAnswer
    """Side b."""


class Share(TypedDict):
    """What one player did; `trophies` is the change in ranked."""

    id: int
    """The player's id."""
    score: int
    """The points that the player scored."""
    own_goal: NotRequired[int]
    """The player's own goals; counted in clash."""
    trophies: NotRequired[int]
    """The change of the player's trophies; counted in ranked."""


class ShareAnswer(TypedDict):
    """What one player did; `trophies` is the change in ranked."""

    id: int
    """The player's id."""
    score: int
    """The points that the player scored."""
    own_goal: int
    """The player's own goals; counted in clash."""
    trophies: int
    """The change of the player's trophies; counted in ranked."""


class TournamentBooked(TypedDict):
    """The result, as it came."""

    winner: int
    """The winner's id."""


class TournamentResult(TypedDict):
    """Who won."""

    winner: int
    """The winner's id."""


class TwoTeams(TypedDict):
    """Who plays on which side."""

    a: list[PlayerId]
    """The players of side a."""
    b: list[PlayerId]
    """The players of side b."""
