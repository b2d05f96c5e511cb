"""PATCH /play/lobby/: the creator of a custom game changes its settings."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import ConfigDict, Field

from shared.domain.errors import MethodNotAllowed
from shared.domain.play.errors import MatchRunning, NoCurrentLobby, NotCreator, UsersPlaying
from shared.domain.play.matches import MatchType
from shared.http.bodies import Body, without_defaults
from shared.http.endpoint import Account, endpoint
from shared.usecases.play import lobbies
from shared.wire.play.lobbies import Lobby

bp = Blueprint(__name__)


class LobbySettings(Body):
    """What to change; what isn't sent stays."""

    model_config = ConfigDict(json_schema_extra=without_defaults)

    match_type: MatchType = Field(default="1v1", examples=["3v3"])
    """The size of the teams."""


@endpoint(
    bp,
    "PATCH",
    "/play/lobby/",
    errors=[
        NotCreator,
        MatchRunning,
        NoCurrentLobby,
        MethodNotAllowed("PATCH", ["GET", "HEAD", "POST"]),
        UsersPlaying,
    ],
)
def update_lobby(me: Account, body: LobbySettings) -> Lobby:
    """Change the size of the teams of your custom game.

    From `3v3` to `1v1`, all but the first of each team become spectators. The others get `lobby-update`. If everyone
    who is left to play is ready, the match starts. 403 if you aren't the creator, and while its match runs; 405 in
    clash.
    """
    return lobbies.change_match_type(me, body.match_type if body.has("match_type") else None)
