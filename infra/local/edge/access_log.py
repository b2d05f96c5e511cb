"""One line per request. Nothing that a client sends can make two of it, and no token gets into it."""

from __future__ import annotations

import re
import time
from typing import TextIO

from infra.local.edge.reply import Reply
from infra.local.edge.request import Request

HARMLESS = re.compile(r"[\w.~-]{0,40}", re.ASCII)
"""Names of ours look like this. A token is longer; its signature alone has 43 characters."""

HIDDEN = "…"


class AccessLog:
    """The log of all requests."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, request: Request, reply: Reply, seconds: float) -> None:
        """Log an answered request. Status 0: nothing was answered."""
        now = time.time()
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"
        self._file.write(
            f"{at} {request.client} {shown(request.method)} {shown_path(request.raw_path)}"
            f"{shown_query(request.query)} {reply.status} {seconds * 1000:.1f}ms {reply.size}B"
            f" HTTP/{request.http_version} {request.id}\n"
        )


def shown(text: str) -> str:
    """The text, if it is harmless."""
    return text if HARMLESS.fullmatch(text) else HIDDEN


def shown_path(raw_path: str) -> str:
    """A path as it may stand in a log."""
    return "/".join(map(shown, raw_path.split("/"))) or HIDDEN


def shown_query(query: str) -> str:
    """A query string as it may stand in a log: names only, for a value may be a token or a name."""
    if not query:
        return ""
    return "?" + "&".join(f"{shown(pair.partition('=')[0])}={HIDDEN}" for pair in query.split("&"))
