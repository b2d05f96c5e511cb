"""Lobbies as the contract shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import ConfigDict, Field, WithJsonSchema

from shared.domain.play import lobby as rules
from shared.domain.play.lobby import LobbyMode, LobbyTeam
from shared.domain.play.matches import MatchType
from shared.store.accounts.users import Account
from shared.wire.accounts.users import SmallUser
from shared.wire.instance import Instance
from shared.wire.scalars import Code, Id, Instant

OnlyInTeams = Annotated[
    LobbyTeam | None,
    Field(exclude_if=lambda value: value is None),
    WithJsonSchema({"type": "string", "enum": ["a", "b", "spectator"]}),
]


class LobbyParticipant(SmallUser):
    """A user in a lobby."""

    model_config = ConfigDict(title="LobbyParticipantInstance")

    creator: bool = Field(examples=[True])
    """Whether the user made the lobby."""
    team: OnlyInTeams = None
    """Only in custom games."""
    join_at: Instant
    """When the user joined."""
    is_ready: bool = Field(examples=[False])
    """Whether the user is ready to play."""

    @classmethod
    def within(cls, lobby: rules.Lobby, participant: rules.Participant, account: Account) -> LobbyParticipant:
        """A participant with their account."""
        return cls(
            **dict(SmallUser.of(account)),
            creator=participant.id == lobby.creator,
            team=participant.team,
            join_at=participant.joined_at,
            is_ready=participant.ready,
        )


class Lobby(Instance):
    """A lobby."""

    model_config = ConfigDict(title="LobbyInstance")

    id: Id
    """The lobby's id."""
    participants: list[LobbyParticipant]
    """In the order of joining."""
    is_full: bool = Field(examples=[False])
    """Whether nobody can join any more."""
    is_ready: bool = Field(examples=[False])
    """Whether everyone who is to play is ready: a clash lobby then waits for others."""
    code: Code
    """The code to join by."""
    max_participants: int = Field(examples=[8])
    """How many users can be in it."""
    created_at: Instant
    """When it was made."""
    game_mode: LobbyMode = Field(examples=["custom_game"])
    """`clash` is a team of 3 that waits for another; `custom_game` has two teams and spectators."""
    match_type: MatchType = Field(examples=["1v1"])
    """The size of the teams."""
    game_playing: Code | None = Field(examples=[None])
    """The code of the match that the lobby plays."""

    @classmethod
    def of(cls, lobby: rules.Lobby, accounts: Mapping[int, Account]) -> Lobby:
        """A lobby with the accounts of its participants."""
        return cls(
            id=lobby.id,
            participants=[
                LobbyParticipant.within(lobby, participant, accounts[participant.id])
                for participant in lobby.participants
            ],
            is_full=lobby.is_full,
            is_ready=lobby.is_ready,
            code=lobby.code,
            max_participants=lobby.max_participants,
            created_at=lobby.created_at,
            game_mode=lobby.game_mode,
            match_type=lobby.match_type,
            game_playing=lobby.match_code,
        )
