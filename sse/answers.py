"""Answers that are not streams: JSON, errors, and what browsers ask before and after (CORS)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from shared.domain.errors import (
    DomainError,
    MethodNotAllowed,
    NotFound,
    Unauthenticated,
    Unavailable,
    UriTooLong,
)

Headers = list[tuple[bytes, bytes]]

PREFLIGHT_SECONDS = 600
ALLOWED_HEADERS = b"authorization, cache-control, last-event-id"


_STATUS: Mapping[type[DomainError], int] = {
    Unauthenticated: 401,
    NotFound: 404,
    MethodNotAllowed: 405,
    UriTooLong: 414,
    Unavailable: 503,
}

STREAM_HEADERS: Headers = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx and its relatives: pass every event on at once
]


def json_answer(
    status: int, body: object, headers: Sequence[tuple[bytes, bytes]] = ()
) -> tuple[int, Headers, bytes]:
    """Status, headers and body of a JSON answer."""
    content = json.dumps(body).encode()
    return (
        status,
        [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
            (b"cache-control", b"no-store"),
            *headers,
        ],
        content,
    )


def error_answer(error: DomainError) -> tuple[int, Headers, bytes]:
    """The answer for an error: its detail and code (behaviour.md, section 1), its status and headers."""
    headers: Headers = []
    if isinstance(error, MethodNotAllowed):
        headers.append((b"allow", ", ".join(error.allowed).encode()))
    if isinstance(error, Unauthenticated):
        headers.append((b"www-authenticate", b"Bearer"))
    if isinstance(error, Unavailable):
        headers.append((b"retry-after", b"1"))
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    return json_answer(status, {"detail": error.detail, "code": error.code}, headers)


def cors_headers(request: Mapping[bytes, bytes], allows_origin: Callable[[str], bool]) -> Headers:
    """What lets a page of an allowed origin read our answer (Fetch standard)."""
    headers: Headers = [(b"vary", b"origin")]
    origin = request.get(b"origin")
    if origin is not None and allows_origin(origin.decode("latin-1")):
        headers.append((b"access-control-allow-origin", origin))
    return headers


def preflight_headers(request: Mapping[bytes, bytes], methods: Sequence[str]) -> Headers:
    """What answers a browser's OPTIONS request, besides the CORS headers of every answer."""
    allow = ", ".join(methods).encode()
    if b"access-control-request-method" not in request:
        return [(b"allow", allow)]
    return [
        (b"allow", allow),
        (b"access-control-allow-methods", allow),
        (b"access-control-allow-headers", ALLOWED_HEADERS),
        (b"access-control-max-age", str(PREFLIGHT_SECONDS).encode()),
    ]
