"""Types of the area common. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class BracketMatchInstance(TypedDict):
    """A match of a bracket. One that hasn't begun, or is never played, has no id, no code and no time."""

    id: int | None
    """The match's id; null if it hasn't begun."""
    code: str | None
    """The match's code; null if it hasn't begun."""
    n: int
    """Its number in the stage: the winners of 1 and 2 meet in number 1 of the next stage."""
    user_1: SmallUserInstance | DeletedUserInstance | None
    """The player of side a; null as long as nobody is."""
    user_2: SmallUserInstance | DeletedUserInstance | None
    """The player of side b; null as long as nobody is."""
    score_winner: int | None
    """The winner's points; null before the end."""
    score_looser: int | None
    """The looser's points; null before the end."""
    finish_reason: Literal["normal-end", "player-disconnect", "player-not-connected", "players-timeout", "game-not-played", "no-game"] | None
    """How it ended; null before.

    `normal-end`: by points. `player-disconnect`, `player-not-connected`: a player was absent.
    `players-timeout`: no player came, or time ran out. `game-not-played`, `no-game`: one or both players
    are out.
    """
    game_mode: Literal["duel", "ranked", "clash", "custom_game", "tournament"]
    """Always `tournament`."""
    match_type: Literal["1v1", "3v3"]
    """Always `1v1`."""
    created_at: str | None
    """When it began; null if it hasn't."""
    game_duration: str
    """From creation to the end; of a running match, until now."""
    finished: bool
    """Whether it is decided."""
    teams: Teams
    """Both sides, with scores and players."""
    winner: Literal["a", "b"] | None
    """The side that won; null before the end, and if neither did."""
    looser: Literal["a", "b"] | None
    """The side that lost; null before the end, and if neither did."""
    tournament_id: int
    """The tournament's id."""
    tournament_stage_id: int
    """The stage, 4 being the final."""
    tournament_n: int
    """The same as `n`."""


class DeletedPlayerInMatch(TypedDict):
    """A player of a match whose account is gone."""

    score: int
    """The points that the player scored."""
    own_goal: NotRequired[int]
    """Only in clash."""
    trophies: NotRequired[int]
    """The change, only in ranked."""
    id: int
    """The id that the user had."""
    username: Literal["deleted-user"]
    """Stands for the name."""


class DeletedUserInstance(TypedDict):
    """What is left of a deleted user in other people's matches."""

    id: int
    """The id that the user had."""
    username: Literal["deleted-user"]
    """Stands for the name."""


class LobbyParticipantInstance(TypedDict):
    """A user in a lobby."""

    id: int
    """The user's id."""
    username: str
    """The user's name."""
    is_guest: bool
    """Whether the user plays without having registered."""
    profile_picture: SmallProfilePictureInstance
    """The picture that the user uses."""
    status: Status
    """Whether the user is online and playing."""
    trophies: int
    """The user's trophies, won and lost in ranked matches."""
    creator: bool
    """Whether the user made the lobby."""
    team: NotRequired[Literal["a", "b", "spectator"]]
    """Only in custom games."""
    join_at: str
    """When the user joined."""
    is_ready: bool
    """Whether the user is ready to play."""


class MatchInstance(TypedDict):
    """A match, running or finished."""

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
    """The tournament's id."""
    name: str
    """The tournament's name."""
    start_at: str
    """When it started."""
    finish_at: str | None
    """Null as long as it is being played."""
    size: int
    """How many could play."""
    created_at: str
    """When it was made."""
    created_by: int
    """The creator's id."""
    matches: Matches
    """The bracket, stage by stage."""


class PlayerInMatch(TypedDict):
    """A player of a match. `trophies` is the match's change in ranked, the player's total elsewhere."""

    score: int
    """The points that the player scored."""
    own_goal: NotRequired[int]
    """Only in clash."""
    trophies: int
    """In ranked the change that the match made, elsewhere the player's total."""
    id: int
    """The user's id."""
    username: str
    """The user's name."""
    is_guest: bool
    """Whether the user plays without having registered."""
    profile_picture: SmallProfilePictureInstance
    """The picture that the user uses."""
    status: Status
    """Whether the user is online and playing."""


class QueueTicket(TypedDict):
    """A user's place in a queue."""

    id: int
    """The ticket's id."""
    game_mode: Literal["duel", "ranked"]
    """The queue."""
    trophies: int
    """Your trophies on joining: `ranked` goes by them."""
    join_at: str
    """When you joined."""


class SmallProfilePictureInstance(TypedDict):
    """A profile picture in its small sizes."""

    id: int
    """The picture's number, from 1."""
    name: str
    """The picture's name."""
    small: str
    """The path of the picture at 64 pixels."""
    medium: str
    """The path of the picture at 128 pixels."""


class SmallUserInstance(TypedDict):
    """A user, as shown everywhere."""

    id: int
    """The user's id."""
    username: str
    """The user's name."""
    is_guest: bool
    """Whether the user plays without having registered."""
    profile_picture: SmallProfilePictureInstance
    """The picture that the user uses."""
    status: Status
    """Whether the user is online and playing."""
    trophies: int
    """The user's trophies, won and lost in ranked matches."""


class Status(TypedDict):
    """Whether a user is there, and playing."""

    is_online: bool
    """Whether the user has an open event stream."""
    game_playing: str | None
    """The code of the match being played."""
    last_online: str
    """When the user last came or went."""


class TeamInMatch(TypedDict):
    """One side of a match."""

    score: int
    """The side's points."""
    players: list[PlayerInMatch | DeletedPlayerInMatch]
    """The side's players."""


class Teams(TypedDict):
    """Both sides."""

    a: TeamInMatch
    """Side a."""
    b: TeamInMatch
    """Side b."""


class TournamentParticipantInstance(TypedDict):
    """A user in a tournament."""

    id: int
    """The user's id."""
    username: str
    """The user's name."""
    is_guest: bool
    """Whether the user plays without having registered."""
    profile_picture: SmallProfilePictureInstance
    """The picture that the user uses."""
    status: Status
    """Whether the user is online and playing."""
    trophies: int
    """The user's trophies, won and lost in ranked matches."""
    tournament: int
    """The tournament's id."""
    stage: int | None
    """The id of the last stage that they have got to, 4 being the final; null before the start, like the
    seed.
    """
    seed: int | None
    """The place in the ranking at the start, 1 being the best; null before."""
    still_in: bool
    """Whether the user can still win."""
    creator: bool
    """Whether the user made the tournament."""
    join_at: str
    """When the user joined."""
