"""The smoke test of a deployment: what a player does first, through the address that players use."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx

PATIENCE_SECONDS = 90.0
"""A new container is registered at the load balancer, and CloudFront has the new configuration, after that long."""

PAUSE_SECONDS = 3.0
REQUEST_SECONDS = 20.0


def problem(api: str, site: str | None, *, has_page: bool = False) -> str | None:
    """What doesn't work, in a line; None if all does.

    `api` is the address of the API, like https://pong.example.com/api; `site` that of the event streams and of the web
    page, if there is one. A failing step is repeated for a while.
    """
    ends = time.monotonic() + PATIENCE_SECONDS
    while found := _problem(api, site, has_page):
        if time.monotonic() > ends:
            return found
        time.sleep(PAUSE_SECONDS)
    return None


def _problem(api: str, site: str | None, has_page: bool) -> str | None:
    try:
        with httpx.Client(timeout=REQUEST_SECONDS) as client:
            return _steps(client, api, site, has_page)
    except httpx.HTTPError as error:
        return f"{api}: {type(error).__name__}: {error}"


def _steps(client: httpx.Client, api: str, site: str | None, has_page: bool) -> str | None:
    health = client.get(f"{api}/health/")
    if wrong := _unless(health, 200, lambda: health.json()["status"] == "ok"):
        return wrong
    missing = client.get(f"{api}/no-such-path/")
    if wrong := _unless(missing, 404, lambda: missing.json()["code"] == "not_found"):
        return wrong
    # A guest ends by itself. It takes the signing key, the table, and a transaction.
    guest = client.post(f"{api}/auth/guest/")
    if wrong := _unless(guest, 201, lambda: bool(guest.json()["access"])):
        return wrong
    authorized = {"Authorization": f"Bearer {guest.json()['access']}"}
    me = client.get(f"{api}/users/me/", headers=authorized)
    if wrong := _unless(me, 200, lambda: bool(me.json()["id"])):
        return wrong
    if site is None:
        return None
    if has_page and (wrong := _page_problem(client, site)):
        return wrong
    return _stream_problem(client, f"{site}/sse/users/", authorized)


def _page_problem(client: httpx.Client, site: str) -> str | None:
    page = client.get(f"{site}/")
    return _unless(page, 200, lambda: page.headers["content-type"].startswith("text/html"))


def _stream_problem(client: httpx.Client, streams: str, headers: dict[str, str]) -> str | None:
    with client.stream("GET", streams, headers=headers) as stream:
        if stream.status_code != 200:
            return f"GET {streams} answers {stream.status_code}"
        # Its first bytes come at once.
        first = next(stream.iter_bytes(), b"")
        return None if first else f"GET {streams} ends without a byte"


def _unless(answer: httpx.Response, status: int, holds: Callable[[], bool]) -> str | None:
    """What is wrong with an answer."""
    request = f"{answer.request.method} {answer.request.url}"
    if answer.status_code != status:
        return f"{request} answers {answer.status_code} instead of {status}: {answer.text[:200]}"
    try:
        return None if holds() else f"{request} answers {answer.text[:200]}"
    except (ValueError, KeyError, TypeError):
        return f"{request} answers {answer.text[:200]}"
