"""GET /health/: whether the API, its table and the event streams work."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from chalice.app import Blueprint
from pydantic import BaseModel

from shared.domain.errors import Unavailable
from shared.http.endpoint import Auth, endpoint
from shared.store import keys
from shared.store.accounts.leases import Leases
from shared.store.base import read_item

bp = Blueprint(__name__)


class Health(BaseModel):
    """The API can serve."""

    status: Literal["ok"] = "ok"
    """Always `ok`."""
    table: Literal["ok"] = "ok"
    """Always `ok`: without its table the API answers 503."""
    events: Literal["ok", "down"]
    """Whether an SSE process serves event streams. One that was killed counts for half a minute."""


@endpoint(bp, "GET", "/health/", auth=Auth.NOBODY, errors=[Unavailable])
def get_health() -> Health:
    """Whether the API can serve, by a read of its table: 503 if it can't. `events` tells about the streams."""
    leases = read_item(keys.leases())
    serving = isinstance(leases, Leases) and bool(leases.alive(datetime.now(UTC)))
    return Health(events="ok" if serving else "down")
