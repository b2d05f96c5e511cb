"""Task of the state machine tournament: all its steps, so that the first one warms the function up for the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint

from shared.http.task import task
from shared.usecases.play import tournament_steps

bp = Blueprint(__name__)


@task(bp)
def run_tournament(event: Mapping[str, Any]) -> dict[str, str | int] | None:
    """Do a step of a tournament, unless it is done. If the step has a token, its execution waits for an answer."""
    tournament_id, run = event["tournament_id"], event["run"]
    match event["step"]:
        case "await-start":
            tournament_steps.await_start(tournament_id, run, event["token"])
        case "start":
            return tournament_steps.start(tournament_id, run)
        case "play-stage":
            tournament_steps.play_stage(tournament_id, run, event["stage"], event["token"])
        case "finish":
            tournament_steps.finish(tournament_id, run)
        case unknown:
            raise ValueError(f"a tournament has no step {unknown}")
    return None
