"""GET /health/: whether the API and its table answer."""

from __future__ import annotations

from typing import Literal

from chalice.app import Blueprint
from pydantic import BaseModel

from shared.domain.errors import Unavailable
from shared.http.endpoint import Auth, endpoint
from shared.store import keys
from shared.store.base import read_item

bp = Blueprint(__name__)


class Health(BaseModel):
    """All is well."""

    status: Literal["ok"] = "ok"
    """Always `ok`."""


@endpoint(bp, "GET", "/health/", auth=Auth.NOBODY, errors=[Unavailable])
def get_health() -> Health:
    """Whether the API can serve: it reads one item of its table. 503 if it can't."""
    read_item(keys.leases())
    return Health()
