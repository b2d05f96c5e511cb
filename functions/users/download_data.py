"""GET /users/me/download-data/: all data about the caller."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.http.endpoint import Account, Relations, endpoint
from shared.store.base import utc_now
from shared.usecases.accounts.export import Owner, export
from shared.wire.accounts.export import Export

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/users/me/download-data/", attachment="pong-data.json")
def download_data(me: Account, relations: Relations) -> Export:
    """Download everything that is held about you, as a JSON file."""
    return export(Owner(me, relations, utc_now()))
