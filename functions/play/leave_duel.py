"""DELETE /play/duel/: the caller leaves the duel queue."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.play.errors import NotInQueue
from shared.domain.play.matchmaking import DUEL
from shared.http.endpoint import Account, endpoint
from shared.usecases.play.queues import leave_queue

bp = Blueprint(__name__)


@endpoint(bp, "DELETE", "/play/duel/", status=204, errors=[NotInQueue])
def leave_duel(me: Account) -> None:
    """Leave the duel queue. 404 if you aren't in it."""
    leave_queue(me.seat, DUEL)
