"""Task of the state machine match-clock: closes a match that runs too long, so that none can hang."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint

from shared.domain.errors import NotFound
from shared.domain.play.matches import PLAYERS_TIMEOUT
from shared.http.task import task
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.matches import read_match, save, void

bp = Blueprint(__name__)


@task(bp)
def close_match(event: Mapping[str, Any]) -> dict[str, bool]:
    """The leading side wins; a tie is void."""
    work = UnitOfWork()
    try:
        running = read_match(event["match_id"], work.now)
    except NotFound:
        return {"running": False}
    match = running.match
    if match.winner is None:
        if match.leading is None:
            void(work, running)
        else:
            save(work, running, match.won_by(match.leading, PLAYERS_TIMEOUT, work.now))
    return {"running": False}
