"""DELETE /play/lobby/<code>/ban/<user id>/: the creator of a lobby bans a participant."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.play.errors import NotCreator, NotLobbyMember, NotParticipant, SelfBan
from shared.http.endpoint import Account, Auth, endpoint
from shared.usecases.play import lobbies

bp = Blueprint(__name__)


@endpoint(
    bp,
    "DELETE",
    "/play/lobby/{code}/ban/{user_id}/",
    auth=Auth.REGISTERED,
    status=204,
    errors=[NotLobbyMember, NotCreator, SelfBan, NotParticipant],
)
def ban_from_lobby(me: Account, code: str, user_id: int) -> None:
    """Send a participant of your lobby away for good: to them, it no longer exists.

    They get `lobby-banned`, the others `lobby-leave`. 404 if they aren't in it.
    """
    lobbies.ban(me, code, user_id)
