"""DELETE /play/tournament/<code>/: the caller leaves a tournament."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.play.errors import NotTournamentMember
from shared.http.endpoint import Account, endpoint
from shared.usecases.play import tournaments

bp = Blueprint(__name__)


@endpoint(bp, "DELETE", "/play/tournament/{code}/", status=204, errors=[NotTournamentMember])
def leave_tournament(me: Account, code: str) -> None:
    """Leave a tournament. The others get `tournament-leave`.

    Before the start it is as if you had never come; the countdown is cancelled if too few are left
    (`tournament-start-cancel`), and the last one who leaves ends the tournament. After the start you are out: you lose
    a match that you play, and your next opponent goes on. You may come back to watch.
    """
    tournaments.leave(me, code)
