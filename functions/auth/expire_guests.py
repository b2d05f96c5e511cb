"""Task of the state machine guest-expiry: ends guests who aren't seen any more, some per run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint

from shared.http.task import task
from shared.store.keys import GUEST_SHARDS
from shared.usecases.accounts.guests import end_unseen

bp = Blueprint(__name__)


@task(bp)
def expire_guests(event: Mapping[str, Any]) -> dict[str, Any]:
    """Look at one step's guests. The answer is the next step's input; `done` ends the execution."""
    shard, last = event["shard"], end_unseen(event["shard"], event["after"])
    if last is None:
        shard += 1
    return {"shard": shard, "after": last or 0, "done": shard >= GUEST_SHARDS}
