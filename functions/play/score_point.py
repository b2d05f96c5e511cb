"""PUT /private/match/score/<user id>/: a service reports a point."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.play.errors import NoSuchMatch
from shared.http.bodies import Body
from shared.http.endpoint import Auth, endpoint
from shared.settings import settings
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.matches import read_match_of, save
from shared.wire.play.matches import MatchInstance

bp = Blueprint(__name__)


class Point(Body):
    """Whether the player hit the own goal: then the other side gets the point."""

    own_goal: bool = False
    """Whether it went into the player's own goal."""


@endpoint(
    bp,
    "PUT",
    "/private/match/score/{user_id}/",
    auth=Auth.SERVICE,
    errors=[NoSuchMatch],
)
def score_point(user_id: int, body: Point) -> MatchInstance:
    """Count a point of a player in the match that they play. The side that gets to 3 wins and the match is over."""
    work = UnitOfWork()
    running = read_match_of(user_id, work.now)
    changed = running.match.score(
        user_id, own_goal=body.own_goal, points_to_win=settings().points_to_win, now=work.now
    )
    return save(work, running, changed)
