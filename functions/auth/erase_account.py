"""Task of the state machine erase-account: erases a deleted user's data, one step per run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint

from shared.http.task import task
from shared.usecases.accounts.deletion import ErasureScope, erase

bp = Blueprint(__name__)


@task(bp)
def erase_account(event: Mapping[str, Any]) -> dict[str, Any]:
    """Erase one step's share. The answer is the next step's input; `done` ends the execution."""
    scope = ErasureScope(event["user_id"], event["matches_played"], event["trophy_changes"])
    step = erase(scope, event["step"])
    return {**event, "step": step, "done": step is None}
