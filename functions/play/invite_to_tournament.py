"""POST /play/tournament/<code>/invite/<user id>/: a participant of a tournament invites a friend."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.accounts.errors import NoSuchUser
from shared.domain.limits import INVITATION
from shared.domain.play.errors import (
    AlreadyThere,
    NotCreator,
    NotFriends,
    NotTournamentMember,
    SelfInvitation,
    TournamentStarted,
    UserBanned,
)
from shared.http.endpoint import Account, Auth, endpoint
from shared.usecases.play import tournaments

bp = Blueprint(__name__)


@endpoint(
    bp,
    "POST",
    "/play/tournament/{code}/invite/{user_id}/",
    auth=Auth.REGISTERED,
    status=204,
    limits=[INVITATION],
    errors=[
        NotTournamentMember,
        NotCreator,
        TournamentStarted,
        SelfInvitation,
        NotFriends,
        UserBanned,
        NoSuchUser,
        AlreadyThere,
    ],
)
def invite_to_tournament(me: Account, code: str, user_id: int) -> None:
    """Invite a friend: they get `invite-tournament`. To a private tournament only its creator invites."""
    tournaments.invite(me, code, user_id)
