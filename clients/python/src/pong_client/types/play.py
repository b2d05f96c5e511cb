"""Types of the area play. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from pong_client.types.common import (
    LobbyParticipantInstance,
    MatchInstance,
    Matches,
    TournamentParticipantInstance,
)


class FoundTournament(TypedDict):
    """A tournament that can be joined."""

    id: int
    code: str
    name: str
    n_participants: int
    size: int
    created_by: str
    """The creator's name."""


class FoundTournamentPage(TypedDict):
    """A FoundTournamentPage."""

    count: int
    """How many there are in all."""
    next: str | None
    previous: str | None
    results: list[FoundTournament]


class LobbyInstance(TypedDict):
    """A lobby."""

    id: int
    participants: list[LobbyParticipantInstance]
    """In the order of joining."""
    is_full: bool
    is_ready: bool
    """Whether everyone who is to play is ready: a clash lobby then waits for others."""
    code: str
    max_participants: int
    created_at: str
    game_mode: Literal["clash", "custom_game"]
    match_type: Literal["1v1", "3v3"]
    game_playing: str | None
    """The code of the match that the lobby plays."""


class LobbyMessage(TypedDict):
    """What to say."""

    content: str


class LobbySettings(TypedDict):
    """What to change; what isn't sent stays."""

    match_type: NotRequired[Literal["1v1", "3v3"]]


class MatchInstancePage(TypedDict):
    """A MatchInstancePage."""

    count: int
    """How many there are in all."""
    next: str | None
    previous: str | None
    results: list[MatchInstance]


class NewLobby(TypedDict):
    """What is to be played. `match_type` is the size of a custom game's teams; a clash is always `3v3`."""

    game_mode: Literal["clash", "custom_game"]
    match_type: NotRequired[Literal["1v1", "3v3"]]


class NewTournament(TypedDict):
    """Its name and size. Only its creator finds a private tournament in the search; others need its code."""

    name: str
    size: Literal[4, 8, 16]
    private: NotRequired[bool]


class Part(TypedDict):
    """What to change; what isn't sent stays. There are no teams in clash."""

    is_ready: NotRequired[bool]
    team: NotRequired[Literal["a", "b", "spectator"]]


class RoomMessage(TypedDict):
    """A message to everybody in a lobby or tournament."""

    id: int
    """Who said it."""
    content: str


class TournamentInstance(TypedDict):
    """A tournament that isn't over."""

    id: int
    name: str
    participants: list[TournamentParticipantInstance]
    """Who is in it, to play or to watch, in the order of joining."""
    private: bool
    is_started: bool
    start_at: str | None
    """When the countdown ends; null while there is none."""
    code: str
    size: int
    created_at: str
    created_by: int
    matches: NotRequired[Matches | None]
    """Only once it has started."""


class TournamentMessage(TypedDict):
    """What to say."""

    content: str
