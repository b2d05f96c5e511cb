"""GET /users/me/download-data/: all data about the caller."""

from __future__ import annotations

import json

from chalice.app import Blueprint

from shared.http.endpoint import Account, Redirect, Relations, endpoint
from shared.store.accounts.export_files import store_export
from shared.store.base import utc_now
from shared.usecases.accounts.export import Owner, export
from shared.wire.accounts.export import Export

bp = Blueprint(__name__)

MAX_BYTES = 5_000_000
"""Lambda answers with 6 MB at most, the body being a string inside of JSON."""

FILE_NAME = "pong-data.json"


@endpoint(bp, "GET", "/users/me/download-data/", attachment=FILE_NAME)
def download_data(me: Account, relations: Relations) -> Export | Redirect:
    """Download everything that is held about you, as a JSON file.

    If it has more than 5 MB, 303 leads to the file, for an hour and without a token.
    """
    found = export(Owner(me, relations, utc_now()))
    text = found.model_dump_json()
    if len(json.dumps(text)) <= MAX_BYTES:
        return found
    return Redirect(store_export(me.user.id, text.encode(), FILE_NAME))
