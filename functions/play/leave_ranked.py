"""DELETE /play/ranked/: the caller leaves the ranked queue."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.play.errors import NotInQueue
from shared.domain.play.matchmaking import RANKED
from shared.http.endpoint import Account, Auth, endpoint
from shared.usecases.play.queues import leave_queue

bp = Blueprint(__name__)


@endpoint(bp, "DELETE", "/play/ranked/", auth=Auth.REGISTERED, status=204, errors=[NotInQueue])
def leave_ranked(me: Account) -> None:
    """Leave the ranked queue. 404 if you aren't in it."""
    leave_queue(me.seat, RANKED)
