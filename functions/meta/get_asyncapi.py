"""GET /asyncapi.json: the AsyncAPI document of the event stream."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from chalice.app import Blueprint

from shared.http.endpoint import Auth, Raw, endpoint
from shared.settings import settings

bp = Blueprint(__name__)


@cache
def _document() -> str:
    """The document made by `make openapi`, for the host that this process serves."""
    document = json.loads(Path(__file__).with_name("asyncapi.json").read_text("utf-8"))
    document["servers"]["public"]["host"] = urlsplit(settings().public_url).netloc
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


@endpoint(bp, "GET", "/asyncapi.json", auth=Auth.NOBODY)
def get_asyncapi() -> Raw:
    """Read the events of the stream as an AsyncAPI document."""
    return Raw(_document())
