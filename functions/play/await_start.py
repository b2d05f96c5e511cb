"""Task of the state machine tournament: its execution waits for the start of the tournament."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint

from shared.http.task import task
from shared.usecases import tournaments

bp = Blueprint(__name__)


@task(bp)
def await_start(event: Mapping[str, Any]) -> None:
    """Leave the token with the tournament: whoever fills it, or cancels the countdown, answers the execution."""
    tournaments.await_start(event["tournament_id"], event["run"], event["token"])
