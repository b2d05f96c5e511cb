"""Types of the area play. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from pong_client.types.common import (
    LobbyParticipantInstance,
    MatchInstance,
    Matches,
    Teams,
    TournamentParticipantInstance,
)


class FoundTournament(TypedDict):
    """A tournament that can be joined."""

    id: int
    """The tournament's id."""
    code: str
    """The code to join by."""
    name: str
    """The tournament's name."""
    n_participants: int
    """How many are in it."""
    size: int
    """How many can play."""
    created_by: str
    """The creator's name."""


class FoundTournamentPage(TypedDict):
    """A FoundTournamentPage."""

    count: int
    """How many there are in all."""
    next: str | None
    """The URL of the next page; null at the end."""
    previous: str | None
    """The URL of the page before; null at the start."""
    results: list[FoundTournament]
    """This page's part of the list."""


class LobbyInstance(TypedDict):
    """A lobby."""

    id: int
    """The lobby's id."""
    participants: list[LobbyParticipantInstance]
    """In the order of joining."""
    is_full: bool
    """Whether nobody can join any more."""
    is_ready: bool
    """Whether everyone who is to play is ready: a clash lobby then waits for others."""
    code: str
    """The code to join by."""
    max_participants: int
    """How many users can be in it."""
    created_at: str
    """When it was made."""
    game_mode: Literal["clash", "custom_game"]
    """`clash` is a team of 3 that waits for another; `custom_game` has two teams and spectators."""
    match_type: Literal["1v1", "3v3"]
    """The size of the teams."""
    game_playing: str | None
    """The code of the match that the lobby plays."""


class LobbyMessage(TypedDict):
    """What to say."""

    content: str
    """The text."""


class LobbySettings(TypedDict):
    """What to change; what isn't sent stays."""

    match_type: NotRequired[Literal["1v1", "3v3"]]
    """The size of the teams."""


class MatchInstancePage(TypedDict):
    """A MatchInstancePage."""

    count: int
    """How many there are in all."""
    next: str | None
    """The URL of the next page; null at the end."""
    previous: str | None
    """The URL of the page before; null at the start."""
    results: list[MatchInstance]
    """This page's part of the list."""


class MatchToJoinInstance(TypedDict):
    """A running match, and the way to it."""

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
    role: Literal["player", "spectator"]
    """Whether the user plays or watches."""
    url: str
    """The address of the game, with your ticket."""


class NewLobby(TypedDict):
    """What is to be played. `match_type` is the size of a custom game's teams; a clash is always `3v3`."""

    game_mode: Literal["clash", "custom_game"]
    """`clash` is a team of 3 that waits for another; `custom_game` has two teams and spectators."""
    match_type: NotRequired[Literal["1v1", "3v3"]]
    """The size of the teams."""


class NewTournament(TypedDict):
    """Its name and size. Only its creator finds a private tournament in the search; others need its code."""

    name: str
    """The tournament's name."""
    size: Literal[4, 8, 16]
    """How many can play."""
    private: NotRequired[bool]
    """Whether only its code leads others to it, not the search."""


class Part(TypedDict):
    """What to change; what isn't sent stays. There are no teams in clash."""

    is_ready: NotRequired[bool]
    """Whether you are ready to play; spectators can't be."""
    team: NotRequired[Literal["a", "b", "spectator"]]
    """The team that you play in; `spectator` watches."""


class RoomMessage(TypedDict):
    """A message to everybody in a lobby or tournament."""

    id: int
    """Who said it."""
    content: str
    """The text."""


class TournamentInstance(TypedDict):
    """A tournament that isn't over."""

    id: int
    """The tournament's id."""
    name: str
    """The tournament's name."""
    participants: list[TournamentParticipantInstance]
    """Who is in it, to play or to watch, in the order of joining."""
    private: bool
    """Whether only its code leads to it, not the search."""
    is_started: bool
    """Whether it has started."""
    start_at: str | None
    """When the countdown ends; null while there is none."""
    code: str
    """The code to join by."""
    size: int
    """How many can play."""
    created_at: str
    """When it was made."""
    created_by: int
    """The creator's id."""
    matches: NotRequired[Matches | None]
    """Only once it has started."""


class TournamentMessage(TypedDict):
    """What to say."""

    content: str
    """The text."""
