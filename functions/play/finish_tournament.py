"""Task of the state machine tournament: the final is decided, the tournament is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint

from shared.http.task import task
from shared.usecases import tournaments

bp = Blueprint(__name__)


@task(bp)
def finish_tournament(event: Mapping[str, Any]) -> None:
    """Book the win, tell everyone, and let them go."""
    tournaments.finish(event["tournament_id"], event["run"])
