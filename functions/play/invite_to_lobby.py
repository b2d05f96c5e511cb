"""POST /play/lobby/<code>/invite/<user id>/: the creator of a lobby invites a friend."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.errors import NoSuchUser, NotCreator, NotLobbyMember
from shared.http.endpoint import Account, Auth, endpoint
from shared.usecases.play import lobbies, rooms

bp = Blueprint(__name__)


@endpoint(
    bp,
    "POST",
    "/play/lobby/{code}/invite/{user_id}/",
    auth=Auth.REGISTERED,
    status=204,
    errors=[
        NotLobbyMember,
        NotCreator,
        rooms.self_invitation(),
        rooms.not_friends(),
        rooms.banned_there(),
        NoSuchUser,
        rooms.already_there(),
    ],
)
def invite_to_lobby(me: Account, code: str, user_id: int) -> None:
    """Invite a friend to your lobby: they get `invite-clash`, `invite-1v1` or `invite-3v3`."""
    lobbies.invite(me, code, user_id)
