"""Types of the area private. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from pong_client.types.common import SmallUserInstance, Teams


class Absence(TypedDict):
    """Who is gone, and how."""

    user_id: int
    """The player's id."""
    finish_reason: Literal["player-disconnect", "player-not-connected"]
    """Whether the player went away, or never came."""


class Admission(TypedDict):
    """Who comes with a ticket."""

    role: Literal["player", "spectator"]
    """Whether the user plays or watches."""
    user: SmallUserInstance
    """The holder of the ticket."""
    team: Literal["a", "b"] | None
    """The side of a player; null for a spectator."""
    match: RunningMatchInstance
    """The match that the ticket is for."""


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


class GivenTicket(TypedDict):
    """A ticket, and the code in the path that it came with."""

    ticket: str
    """What stands behind `?ticket=` in the client's address."""
    code: str
    """The code in the path of the client's address."""


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


class RunningMatchInstance(TypedDict):
    """A running match, as a game server needs it."""

    id: int
    """The match's id."""
    code: str
    """The match's code."""
    game_mode: Literal["duel", "ranked", "clash", "custom_game", "tournament"]
    """Where it comes from: a queue (`duel`, `ranked`), a lobby (`clash`, `custom_game`), a tournament."""
    match_type: Literal["1v1", "3v3"]
    """The size of the teams."""
    created_at: str
    """When it began."""
    game_duration: str
    """From creation to the end; of a running match, until now."""
    finished: bool
    """Whether it is over."""
    teams: Teams
    """Both sides, with scores and players."""
    winner: Literal["a", "b"] | None
    """The side that won; null while it runs."""
    looser: Literal["a", "b"] | None
    """The side that lost; null while it runs."""
    tournament_id: int | None
    """The tournament; null elsewhere."""
    tournament_stage_id: int | None
    """The tournament's stage, 4 being the final; null elsewhere."""
    tournament_n: int | None
    """Its number in the stage, from 1; null elsewhere."""
    points_to_win: int
    """The side that has so many points first wins."""
    connect_before: str
    """Without a connected player until then, the match is void."""
    finish_before: str
    """A match that runs until then is closed."""


class RunningMatchInstancePage(TypedDict):
    """A RunningMatchInstancePage."""

    count: int
    """How many there are in all."""
    next: str | None
    """The URL of the next page; null at the end."""
    previous: str | None
    """The URL of the page before; null at the start."""
    results: list[RunningMatchInstance]
    """This page's part of the list."""


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
