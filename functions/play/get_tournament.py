"""GET /play/tournament/: the caller's tournament."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.play.errors import NoCurrentTournament
from shared.http.endpoint import Account, endpoint
from shared.usecases.play import tournaments
from shared.wire.play.tournaments import Tournament

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/play/tournament/", errors=[NoCurrentTournament])
def get_tournament(me: Account) -> Tournament:
    """Read the tournament that you are in, from the start on with its bracket. 404 if you are in none.

    Once it is over, `GET /game/tournaments/<id>/` shows it.
    """
    return tournaments.read_own(me)
