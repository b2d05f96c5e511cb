"""GET /docs/: the documentation, as a page that works offline."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from chalice.app import Blueprint

from shared.http.endpoint import Auth, Raw, endpoint

bp = Blueprint(__name__)


@cache
def _page() -> str:
    return Path(__file__).with_name("docs.html").read_text("utf-8")


@cache
def _policy() -> str:
    """The page runs only its own script and style, and talks only to its own origin (CSP level 3)."""
    return "; ".join(
        (
            "default-src 'none'",
            "connect-src 'self'",
            f"script-src {_hash('script')}",
            f"style-src {_hash('style')}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _hash(tag: str) -> str:
    element = re.search(f"<{tag}>(.*?)</{tag}>", _page(), re.DOTALL)
    assert element  # noqa: S101 (the page is ours; a test loads it)
    return f"'sha256-{base64.b64encode(hashlib.sha256(element[1].encode()).digest()).decode()}'"


@endpoint(bp, "GET", "/docs/", auth=Auth.NOBODY, produces="text/html; charset=utf-8")
def get_docs() -> Raw:
    """Read the documentation in a browser, and try the API."""
    return Raw(_page(), {"Content-Security-Policy": _policy(), "Referrer-Policy": "no-referrer"})
