"""POST /play/lobby/<code>/invite/<user id>/: the creator of a lobby invites a friend."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.accounts.errors import NoSuchUser
from shared.domain.limits import INVITATION
from shared.domain.play.errors import (
    AlreadyThere,
    NotCreator,
    NotFriends,
    NotLobbyMember,
    SelfInvitation,
    UserBanned,
)
from shared.http.endpoint import Account, Auth, endpoint
from shared.usecases.play import lobbies

bp = Blueprint(__name__)


@endpoint(
    bp,
    "POST",
    "/play/lobby/{code}/invite/{user_id}/",
    auth=Auth.REGISTERED,
    status=204,
    limits=[INVITATION],
    errors=[
        NotLobbyMember,
        NotCreator,
        SelfInvitation,
        NotFriends,
        UserBanned,
        NoSuchUser,
        AlreadyThere,
    ],
)
def invite_to_lobby(me: Account, code: str, user_id: int) -> None:
    """Invite a friend to your lobby: they get `invite-clash`, `invite-1v1` or `invite-3v3`."""
    lobbies.invite(me, code, user_id)
