"""GET /game/tournaments/<id>/: a tournament that has started, for all users."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.play.errors import NoSuchTournament
from shared.http.endpoint import User, endpoint
from shared.usecases.play import tournaments
from shared.wire.play.tournaments import PlayedTournament

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/game/tournaments/{tournament_id}/", errors=[NoSuchTournament])
def get_played_tournament(me: User, tournament_id: int) -> PlayedTournament:
    """Read a tournament that has started, also when it is over, with all its results. 404 before the start."""
    return tournaments.read_played(me, tournament_id)
