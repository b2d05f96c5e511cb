"""GET /private/match/<match id>/<user id>/: a player has reached the game server."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.play.errors import MatchFinished, NoSuchMatch, NotInMatch
from shared.http.endpoint import Auth, endpoint
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.matches import read_match, save
from shared.wire.play.matches import MatchInstance

bp = Blueprint(__name__)


@endpoint(
    bp,
    "GET",
    "/private/match/{id}/{user_id}/",
    auth=Auth.SERVICE,
    errors=[
        NoSuchMatch,
        NotInMatch,
        MatchFinished,
    ],
)
def connect_player(id: int, user_id: int) -> MatchInstance:
    """Read a match, and count a player as connected to it; `id` is the match's. 403 if they don't play in it."""
    work = UnitOfWork()
    running = read_match(id, work.now)
    changed = running.match.connect(user_id)
    if changed == running.match:
        return running.instance(work.now)
    running.match.require_running()
    return save(work, running, changed)
