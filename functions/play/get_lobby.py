"""GET /play/lobby/: the caller's lobby."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.play.errors import NoCurrentLobby
from shared.http.endpoint import Account, endpoint
from shared.usecases.play import lobbies
from shared.wire.play.lobbies import Lobby

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/play/lobby/", errors=[NoCurrentLobby])
def get_lobby(me: Account) -> Lobby:
    """Read the lobby that you are in. 404 if you are in none."""
    return lobbies.read(me)
