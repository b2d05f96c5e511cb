"""DELETE /play/lobby/<code>/: the caller leaves a lobby."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.play.errors import NotLobbyMember
from shared.http.endpoint import Account, endpoint
from shared.usecases.play import lobbies

bp = Blueprint(__name__)


@endpoint(bp, "DELETE", "/play/lobby/{code}/", status=204, errors=[NotLobbyMember])
def leave_lobby(me: Account, code: str) -> None:
    """Leave a lobby, also while its match runs: that goes on.

    The others get `lobby-leave`. When the creator leaves, the registered participant who joined first becomes
    creator; with only guests left the lobby ends, and they get `lobby-destroy`.
    """
    lobbies.leave(me, code)
