"""Keeps web pages away from the engine, which does whatever it is asked, without a password.

A browser lets every page send requests to the ports of its machine, and read the answers if the page's own name leads
to 127.0.0.1 (DNS rebinding). Browsers mark what pages send with Origin or Sec-Fetch-* (Fetch Metadata); pages can't
remove them, and programs don't send them. Runs in the engine's environment: standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

Scope = Mapping[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Any, Send], Awaitable[None]]

LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")

STAGE = "/_aws/execute-api/"
"""The deployed API. The edge passes on what browsers ask, with all their fields."""

EXPORT = re.compile(r"/[^/]+/\d+/[0-9a-f]{32}\.json")
"""A large download (shared/store/accounts/export_files.py): browsers are redirected there. No name can be guessed."""


def without_web_pages(engine: Application) -> Application:
    """The application, with an answer of 403 to web pages and to foreign names of this machine."""

    async def application(scope: Scope, receive: Any, send: Send) -> None:
        if scope["type"] == "http" and not is_admitted(scope):
            headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": b"The engine takes no calls from web pages.\n"})
        else:
            await engine(scope, receive, send)

    return application


def is_admitted(scope: Scope) -> bool:
    """Whether a request comes from a program of this machine, or goes where AWS serves web pages, too."""
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1 or not LOOPBACK.fullmatch(hosts[0]):
        return False
    names = {name for name, _ in scope["headers"]}
    is_of_page = b"origin" in names or any(name.startswith(b"sec-fetch-") for name in names)
    return not is_of_page or scope["path"].startswith(STAGE) or _is_signed_download(scope)


def _is_signed_download(scope: Scope) -> bool:
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    is_signed = query.get("X-Amz-Credential", "").endswith("/s3/aws4_request")
    return (
        scope["method"] == "GET"
        and EXPORT.fullmatch(scope["path"]) is not None
        and is_signed
        and all(name.startswith("X-Amz-") for name in query)
    )
