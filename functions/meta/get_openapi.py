"""GET /openapi.json: the OpenAPI document of this API."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from chalice.app import Blueprint

from shared.http.endpoint import Auth, Raw, endpoint
from shared.settings import settings

bp = Blueprint(__name__)


@cache
def _document() -> str:
    """The document made by `make openapi`, for the address that this process serves."""
    document = json.loads(Path(__file__).with_name("openapi.json").read_text("utf-8"))
    document["servers"] = [{"url": settings().public_url}]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


@endpoint(bp, "GET", "/openapi.json", auth=Auth.NOBODY)
def get_openapi() -> Raw:
    """Read this document."""
    return Raw(_document())
