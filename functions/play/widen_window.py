"""Task of the state machine ranked-window: pairs those who only wait, as the window of trophies widens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint

from shared.http.task import task
from shared.usecases.play.matchmaking import retry_ticket

bp = Blueprint(__name__)


@task(bp)
def widen_window(event: Mapping[str, Any]) -> dict[str, Any]:
    """Look at a ticket of the ranked queue. The answer is the next look's input; `waiting` tells whether there is one.

    Of a ticket that is used, or was given back, nothing is left to look at.
    """
    seconds, looks = retry_ticket(event["ticket"]), event["looks"] - 1
    return {
        "ticket": event["ticket"],
        "seconds": seconds or 0,
        "looks": looks,
        "waiting": seconds is not None and looks > 0,
    }
