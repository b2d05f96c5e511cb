"""Task of the state machine ranked-window: pairs waiting players as the window of trophies widens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint

from shared.http.task import task
from shared.usecases.play.matchmaking import retry_ticket

bp = Blueprint(__name__)


@task(bp)
def widen_window(event: Mapping[str, Any]) -> dict[str, Any]:
    """Try to pair a ticket of the ranked queue.

    The answer is the next try's input. `waiting` is false for a used or withdrawn ticket, and after the last try.
    """
    # Executions that began before queues had shards have no shard.
    seconds, looks = retry_ticket(event["ticket"], event.get("shard", 0)), event["looks"] - 1
    return {
        "ticket": event["ticket"],
        "shard": 0,
        "seconds": seconds or 0,
        "looks": looks,
        "waiting": seconds is not None and looks > 0,
    }
