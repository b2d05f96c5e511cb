"""POST /play/tournament/<code>/invite/<user id>/: a participant of a tournament invites a friend."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.errors import NoSuchUser, NotCreator, NotTournamentMember, TournamentStarted
from shared.http.endpoint import Account, Auth, endpoint
from shared.usecases.play import rooms, tournaments

bp = Blueprint(__name__)


@endpoint(
    bp,
    "POST",
    "/play/tournament/{code}/invite/{user_id}/",
    auth=Auth.REGISTERED,
    status=204,
    errors=[
        NotTournamentMember,
        NotCreator,
        TournamentStarted,
        rooms.self_invitation(),
        rooms.not_friends(),
        rooms.banned_there(),
        NoSuchUser,
        rooms.already_there(),
    ],
)
def invite_to_tournament(me: Account, code: str, user_id: int) -> None:
    """Invite a friend: they get `invite-tournament`. To a private tournament only its creator invites."""
    tournaments.invite(me, code, user_id)
