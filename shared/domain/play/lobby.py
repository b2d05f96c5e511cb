"""The state of a lobby (docs/contract/lobbies.md). Its rules are in lobby_rules.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from shared.domain.play.matches import MatchType
from shared.domain.play.rooms import Blocks

LobbyMode = Literal["clash", "custom_game"]
LobbyTeam = Literal["a", "b", "spectator"]

PLACES: Mapping[LobbyMode, int] = {"clash": 3, "custom_game": 8}
TEAM_SIZES: Mapping[MatchType, int] = {"1v1": 1, "3v3": 3}
PLAYING_TEAMS: tuple[LobbyTeam, LobbyTeam] = ("a", "b")


@dataclass(frozen=True, slots=True)
class Participant:
    """A user in a lobby. A clash lobby is one team, without a name."""

    id: int
    joined_at: datetime
    team: LobbyTeam | None = None
    ready: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lobby:
    """A lobby. It has at least one participant; they are in the order of joining."""

    id: int
    code: str
    game_mode: LobbyMode
    match_type: MatchType
    created_at: datetime
    creator: int
    participants: tuple[Participant, ...]
    banned: frozenset[int] = frozenset()
    blocks: Blocks = frozenset()
    """Whom its participants block."""
    match_id: int | None = None
    """The match that the lobby plays."""
    match_code: str | None = None

    @property
    def user_ids(self) -> tuple[int, ...]:
        """All participants, in the order of joining."""
        return tuple(participant.id for participant in self.participants)

    @property
    def max_participants(self) -> int:
        """The number of its places."""
        return PLACES[self.game_mode]

    @property
    def is_full(self) -> bool:
        """Whether all places are taken."""
        return len(self.participants) >= self.max_participants

    @property
    def is_ready(self) -> bool:
        """Whether all players are ready, and in a custom game both teams are full."""
        if self.game_mode == "clash":
            return all(participant.ready for participant in self.participants)
        return all(
            len(team) == TEAM_SIZES[self.match_type] and all(participant.ready for participant in team)
            for team in (self.team(name) for name in PLAYING_TEAMS)
        )

    def team(self, name: LobbyTeam) -> tuple[Participant, ...]:
        """The players of a team, or the spectators, in the order of joining."""
        return tuple(participant for participant in self.participants if participant.team == name)

    def find(self, user_id: int) -> Participant | None:
        """The participant with this id, or None."""
        return next((participant for participant in self.participants if participant.id == user_id), None)

    def others(self, user_id: int) -> tuple[int, ...]:
        """All participants but one."""
        return tuple(other for other in self.user_ids if other != user_id)

    def at_rest(self) -> Lobby:
        """The lobby with all participants unready, because a match begins or their team has changed."""
        unready = tuple(replace(participant, ready=False) for participant in self.participants)
        return replace(self, participants=unready)

    def with_participant(self, changed: Participant) -> Lobby:
        """The lobby with one participant replaced."""
        return replace(
            self, participants=tuple(changed if p.id == changed.id else p for p in self.participants)
        )
