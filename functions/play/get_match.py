"""GET /play/match/<code>/: the way to a running match."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.play.errors import NoSuchMatch
from shared.http.endpoint import Account, Code, endpoint
from shared.usecases.play import match_tickets
from shared.wire.play.matches import MatchToJoin

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/play/match/{code}/", errors=[NoSuchMatch])
def get_match(me: Account, place: Code | None) -> MatchToJoin:
    """Read a running match that you play or may watch, with the address of the game and your ticket in it.

    You may watch the matches of your lobby and of your tournament. 404 for any other match, and once it is over.
    """
    return match_tickets.find(me, place)
