"""Task of the state machine tournament: the countdown is over, the tournament begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint

from shared.http.task import task
from shared.usecases import tournaments

bp = Blueprint(__name__)


@task(bp)
def start_tournament(event: Mapping[str, Any]) -> dict[str, str | int]:
    """Draw the bracket and show it, unless that is done; the answer tells which stage follows, if any."""
    return tournaments.start(event["tournament_id"], event["run"])
