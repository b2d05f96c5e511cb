"""Types of the area common. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class BracketMatchInstance(TypedDict):
    """A match of a bracket. One that hasn't begun, or is never played, has no id, no code and no time."""

    id: int | None
    code: str | None
    n: int
    """Its number in the stage: the winners of 1 and 2 meet in number 1 of the next stage."""
    user_1: SmallUserInstance | DeletedUserInstance | None
    user_2: SmallUserInstance | DeletedUserInstance | None
    score_winner: int | None
    score_looser: int | None
    finish_reason: Literal["normal-end", "player-disconnect", "player-not-connected", "players-timeout", "game-not-played", "no-game"] | None
    game_mode: Literal["duel", "ranked", "clash", "custom_game", "tournament"]
    match_type: Literal["1v1", "3v3"]
    created_at: str | None
    game_duration: str
    finished: bool
    teams: Teams
    winner: Literal["a", "b"] | None
    looser: Literal["a", "b"] | None
    tournament_id: int
    tournament_stage_id: int
    tournament_n: int


class DeletedPlayerInMatch(TypedDict):
    """A player of a match whose account is gone."""

    score: int
    own_goal: NotRequired[int]
    """Only in clash."""
    trophies: NotRequired[int]
    """The change, only in ranked."""
    id: int
    username: Literal["deleted-user"]


class DeletedUserInstance(TypedDict):
    """What is left of a deleted user in other people's matches."""

    id: int
    username: Literal["deleted-user"]


class LobbyParticipantInstance(TypedDict):
    """A user in a lobby."""

    id: int
    username: str
    is_guest: bool
    profile_picture: SmallProfilePictureInstance
    status: Status
    trophies: int
    creator: bool
    team: NotRequired[Literal["a", "b", "spectator"]]
    """Only in custom games."""
    join_at: str
    is_ready: bool


class MatchInstance(TypedDict):
    """A match, running or finished."""

    id: int
    code: str
    game_mode: Literal["duel", "ranked", "clash", "custom_game", "tournament"]
    match_type: Literal["1v1", "3v3"]
    created_at: str
    game_duration: str
    """From creation to the end; of a running match, until now."""
    finished: bool
    teams: Teams
    winner: Literal["a", "b"] | None
    looser: Literal["a", "b"] | None
    tournament_id: int | None
    tournament_stage_id: int | None
    tournament_n: int | None


Matches = TypedDict(
    "Matches",
    {
        "round-of-16": NotRequired["list[BracketMatchInstance] | None"],
        "quarter-final": NotRequired["list[BracketMatchInstance] | None"],
        "semi-final": "list[BracketMatchInstance]",
        "final": "list[BracketMatchInstance]",
    },
)
"""The bracket, stage by stage; a stage that the tournament is too small for is left out."""


class PlayedTournamentInstance(TypedDict):
    """A tournament that has started, and may be over."""

    id: int
    name: str
    start_at: str
    finish_at: str | None
    """Null as long as it is being played."""
    size: int
    created_at: str
    created_by: int
    matches: Matches


class PlayerInMatch(TypedDict):
    """A player of a match. `trophies` is the match's change in ranked, the player's total elsewhere."""

    score: int
    own_goal: NotRequired[int]
    """Only in clash."""
    trophies: int
    id: int
    username: str
    is_guest: bool
    profile_picture: SmallProfilePictureInstance
    status: Status


class QueueTicket(TypedDict):
    """A user's place in a queue."""

    id: int
    game_mode: Literal["duel", "ranked"]
    trophies: int
    join_at: str


class SmallProfilePictureInstance(TypedDict):
    """A profile picture in its small sizes."""

    id: int
    name: str
    small: str
    medium: str


class SmallUserInstance(TypedDict):
    """A user, as shown everywhere."""

    id: int
    username: str
    is_guest: bool
    profile_picture: SmallProfilePictureInstance
    status: Status
    trophies: int


class Status(TypedDict):
    """Whether a user is there, and playing."""

    is_online: bool
    game_playing: str | None
    """The code of the match being played."""
    last_online: str


class TeamInMatch(TypedDict):
    """One side of a match."""

    score: int
    players: list[PlayerInMatch | DeletedPlayerInMatch]


class Teams(TypedDict):
    """Both sides."""

    a: TeamInMatch
    b: TeamInMatch


class TournamentParticipantInstance(TypedDict):
    """A user in a tournament."""

    id: int
    username: str
    is_guest: bool
    profile_picture: SmallProfilePictureInstance
    status: Status
    trophies: int
    tournament: int
    stage: int | None
    """The id of the last stage that they have got to, 4 being the final; null before the start, like the
    seed.
    """
    seed: int | None
    still_in: bool
    creator: bool
    join_at: str
