"""Task of the state machine match-clock: voids a match that no player has connected to in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint

from shared.domain.errors import NotFound
from shared.http.task import task
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.matches import read_match, void

bp = Blueprint(__name__)


@task(bp)
def expire_connect(event: Mapping[str, Any]) -> dict[str, bool]:
    """Void the match if no player is connected; `running` says whether the clock goes on."""
    work = UnitOfWork()
    try:
        running = read_match(event["match_id"], work.now)
    except NotFound:
        return {"running": False}
    if running.match.winner is None and not running.match.anybody_connected:
        void(work, running)
        return {"running": False}
    return {"running": running.match.winner is None}
