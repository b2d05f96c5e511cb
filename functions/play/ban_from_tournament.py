"""DELETE /play/tournament/<code>/ban/<user id>/: the creator of a tournament bans a participant."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.play.errors import (
    NotCreator,
    NotParticipant,
    NotTournamentMember,
    SelfBan,
    TournamentStarted,
)
from shared.http.endpoint import Account, Auth, endpoint
from shared.usecases.play import tournaments

bp = Blueprint(__name__)


@endpoint(
    bp,
    "DELETE",
    "/play/tournament/{code}/ban/{user_id}/",
    auth=Auth.REGISTERED,
    status=204,
    errors=[NotTournamentMember, NotCreator, SelfBan, TournamentStarted, NotParticipant],
)
def ban_from_tournament(me: Account, code: str, user_id: int) -> None:
    """Send a participant of your tournament away for good: to them, it no longer exists.

    They get `tournament-banned`, the others `tournament-leave`. 403 after the start; 404 if they aren't in it.
    """
    tournaments.ban(me, code, user_id)
