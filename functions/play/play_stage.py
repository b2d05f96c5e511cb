"""Task of the state machine tournament: a stage begins, and its execution waits for the stage's end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint

from shared.http.task import task
from shared.usecases import tournaments

bp = Blueprint(__name__)


@task(bp)
def play_stage(event: Mapping[str, Any]) -> None:
    """Begin the stage's matches, unless they have begun, and leave the token: the last match answers the execution."""
    tournaments.play_stage(event["tournament_id"], event["run"], event["stage"], event["token"])
