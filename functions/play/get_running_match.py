"""GET /private/match/<user id>/: a service reads the match that a user plays."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.play.errors import NoSuchMatch
from shared.http.endpoint import Auth, endpoint
from shared.store.base import utc_now
from shared.usecases.play.matches import read_match_of
from shared.wire.play.matches import MatchInstance

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/private/match/{id}/", auth=Auth.SERVICE, errors=[NoSuchMatch])
def get_running_match(id: int) -> MatchInstance:
    """Read the match that a user plays now; `id` is the user's."""
    now = utc_now()
    return read_match_of(id, now).instance(now)
