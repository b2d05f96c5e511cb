"""POST /play/tournament/<code>/invite/<user id>/: a participant of a tournament invites a friend."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.errors import NoSuchUser, NotCreator, NotInTournament, TournamentStarted
from shared.http.endpoint import Account, Auth, endpoint
from shared.usecases.play import rooms as gatherings
from shared.usecases.play import tournaments

bp = Blueprint(__name__)


@endpoint(
    bp,
    "POST",
    "/play/tournament/{code}/invite/{user_id}/",
    auth=Auth.REGISTERED,
    status=204,
    errors=[
        NotInTournament,
        NotCreator,
        TournamentStarted,
        gatherings.self_invitation(),
        gatherings.not_friends(),
        gatherings.banned_there(),
        NoSuchUser,
        gatherings.already_there(),
    ],
)
def invite_to_tournament(me: Account, code: str, user_id: int) -> None:
    """Invite a friend: they get `invite-tournament`. To a private tournament only its creator invites."""
    tournaments.invite(me, code, user_id)
