"""A lobby as it is. What can be done to it is in lobby_rules.py (docs/contract/lobbies.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from shared.domain.play.matches import MatchType

LobbyMode = Literal["clash", "custom_game"]
LobbyTeam = Literal["a", "b", "spectator"]

PLACES: Mapping[LobbyMode, int] = {"clash": 3, "custom_game": 8}
TEAM_SIZES: Mapping[MatchType, int] = {"1v1": 1, "3v3": 3}
PLAYING_TEAMS: tuple[LobbyTeam, LobbyTeam] = ("a", "b")


@dataclass(frozen=True, slots=True)
class Participant:
    """A user in a lobby. Clash lobbies are one team, which has no name."""

    id: int
    joined_at: datetime
    team: LobbyTeam | None = None
    ready: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lobby:
    """A lobby; its participants are in the order of their joining, and there is always one at least."""

    id: int
    code: str
    game_mode: LobbyMode
    match_type: MatchType
    created_at: datetime
    creator: int
    participants: tuple[Participant, ...]
    banned: frozenset[int] = frozenset()
    match_id: int | None = None
    """The match that the lobby plays."""
    match_code: str | None = None

    @property
    def user_ids(self) -> tuple[int, ...]:
        """Everyone in it, in the order of joining."""
        return tuple(participant.id for participant in self.participants)

    @property
    def max_participants(self) -> int:
        """How many it has room for."""
        return PLACES[self.game_mode]

    @property
    def is_full(self) -> bool:
        """Whether it has no room left."""
        return len(self.participants) >= self.max_participants

    @property
    def is_ready(self) -> bool:
        """Whether everyone who is to play is ready, and in a custom game both teams are full."""
        if self.game_mode == "clash":
            return all(participant.ready for participant in self.participants)
        return all(
            len(team) == TEAM_SIZES[self.match_type] and all(participant.ready for participant in team)
            for team in (self.team(name) for name in PLAYING_TEAMS)
        )

    def team(self, name: LobbyTeam) -> tuple[Participant, ...]:
        """Who is in a team, or watches, in the order of joining."""
        return tuple(participant for participant in self.participants if participant.team == name)

    def find(self, user_id: int) -> Participant | None:
        """A user's part in it, or None."""
        return next((participant for participant in self.participants if participant.id == user_id), None)

    def others(self, user_id: int) -> tuple[int, ...]:
        """Everyone in it but one."""
        return tuple(other for other in self.user_ids if other != user_id)

    def at_rest(self) -> Lobby:
        """The lobby with nobody ready: a match begins, or it isn't the group that they said yes to."""
        resting = tuple(replace(participant, ready=False) for participant in self.participants)
        return replace(self, participants=resting)

    def with_participant(self, changed: Participant) -> Lobby:
        """The lobby with one participant replaced."""
        return replace(
            self, participants=tuple(changed if p.id == changed.id else p for p in self.participants)
        )
