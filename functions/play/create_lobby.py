"""POST /play/lobby/: a connected registered user makes a lobby."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import Field

from shared.domain.errors import Invalid
from shared.domain.play.errors import AlreadyPlaying, InTournament
from shared.domain.play.lobby import LobbyMode
from shared.domain.play.matches import MatchType
from shared.http.bodies import Body
from shared.http.endpoint import Account, Auth, endpoint
from shared.usecases.play import lobbies
from shared.wire.play.lobbies import Lobby

bp = Blueprint(__name__)


class NewLobby(Body):
    """What is to be played. `match_type` is the size of a custom game's teams; a clash is always `3v3`."""

    game_mode: LobbyMode = Field(examples=["custom_game"])
    """`clash` is a team of 3 that waits for another; `custom_game` has two teams and spectators."""
    match_type: MatchType = Field(default="1v1", examples=["3v3"])
    """The size of the teams."""


@endpoint(
    bp,
    "POST",
    "/play/lobby/",
    auth=Auth.REGISTERED,
    status=201,
    online=True,
    errors=[Invalid, AlreadyPlaying, InTournament],
)
def create_lobby(me: Account, body: NewLobby) -> Lobby:
    """Make a lobby and be its creator.

    A `clash` lobby is a team of up to 3, a `custom_game` has two teams and spectators, 8 users in all. You leave
    any queue, other lobby or unstarted tournament. 409 while you play a match.
    """
    return lobbies.create(me, body.game_mode, body.match_type if body.has("match_type") else None)
