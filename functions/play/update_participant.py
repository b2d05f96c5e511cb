"""PATCH /play/lobby/<code>/: the caller changes team or readiness in a lobby."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import ConfigDict, Field

from shared.domain.errors import Invalid
from shared.domain.play.errors import (
    BlockedPair,
    MatchRunning,
    NotLobbyMember,
    SpectatorNotReady,
    TeamFull,
    UsersPlaying,
)
from shared.domain.play.lobby import LobbyTeam
from shared.http.bodies import Body, without_defaults
from shared.http.endpoint import Account, endpoint
from shared.usecases.play import lobbies
from shared.wire.play.lobbies import LobbyParticipant

bp = Blueprint(__name__)


class Part(Body):
    """What to change; what isn't sent stays. There are no teams in clash."""

    model_config = ConfigDict(json_schema_extra=without_defaults)

    is_ready: bool = Field(default=False, examples=[True])
    """Whether you are ready to play; spectators can't be."""
    team: LobbyTeam = Field(default="spectator", examples=["a"])
    """The team that you play in; `spectator` watches."""


@endpoint(
    bp,
    "PATCH",
    "/play/lobby/{code}/",
    errors=[
        Invalid,
        NotLobbyMember,
        TeamFull,
        SpectatorNotReady,
        MatchRunning,
        BlockedPair,
        UsersPlaying,
    ],
)
def update_participant(me: Account, code: str, body: Part) -> LobbyParticipant:
    """Change your team in a lobby, be ready for its match, or be no longer.

    The others get `lobby-update-participant`. When everyone who plays is ready, and in a custom game both teams are
    full, the match starts: players get `game-start`, spectators `lobby-spectate-game`, and nobody is ready any more.
    """
    team = body.team if body.has("team") else None
    return lobbies.change_participant(me, code, team, ready=body.is_ready if body.has("is_ready") else None)
