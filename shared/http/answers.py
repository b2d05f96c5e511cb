"""Statuses, headers and bodies of answers (docs/contract/conventions.md#statuses), for functions, edge and SSE process.

Answers have the form of API Gateway's proxy integration. This module loads neither models nor endpoints, so that the
edge and the SSE process stay small.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from shared.domain import errors
from shared.settings import settings

ProxyAnswer = dict[str, Any]
"""The return value of a Lambda behind API Gateway: statusCode, headers, body, isBase64Encoded."""

STATUS: Mapping[type[errors.DomainError], int] = {
    errors.Invalid: 400,
    errors.Malformed: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.MethodNotAllowed: 405,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.UriTooLong: 414,
    errors.UnsupportedMediaType: 415,
    errors.Unprocessable: 422,
    errors.Throttled: 429,
    errors.InternalError: 500,
    errors.Unavailable: 503,
}
RETRY_AFTER_SECONDS = 1
NO_SNIFFING = {"X-Content-Type-Options": "nosniff"}
"""A browser takes an answer for what its Content-Type says, and for nothing else (Fetch standard)."""
EXPOSED = (
    *("Allow", "Content-Disposition", "Idempotency-Replayed"),
    *("RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"),
)
"""The headers of answers that pages of an allowed origin may read."""


def status_of(error: errors.DomainError) -> int:
    """The status of an error: that of the nearest parent class in STATUS."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def body_of(error: errors.DomainError) -> dict[str, Any]:
    """The JSON body of an error: sentences by field, or `detail` and `code`."""
    if isinstance(error, errors.Invalid):
        return dict(error.fields)
    return {"detail": error.detail, "code": error.code}


def headers_of(error: errors.DomainError) -> dict[str, str]:
    """The headers of an error beside the common ones."""
    if isinstance(error, errors.MethodNotAllowed):
        return {"Allow": ", ".join(error.allowed)}
    if isinstance(error, errors.Throttled):
        return {"Retry-After": str(error.retry_seconds), **error.fields}
    if isinstance(error, errors.Unavailable):
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}
    if isinstance(error, errors.Unauthenticated):
        return {"WWW-Authenticate": "Bearer"}
    return {}


def common_headers(request_id: str, origin: str | None) -> dict[str, str]:
    """The headers of every answer: no cache keeps it, and pages of an allowed origin may read it."""
    return {"Cache-Control": "no-store", **NO_SNIFFING, "X-Request-Id": request_id, **cors_headers(origin)}


def cors_headers(origin: str | None) -> dict[str, str]:
    """The headers that let a page of an allowed origin read the answer (Fetch standard); no other page can."""
    if origin and settings().allows_origin(origin):
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": ", ".join(EXPOSED),
            "Vary": "Origin",
        }
    return {"Vary": "Origin"}


def answer(
    status: int,
    body: str | None,
    *,
    request_id: str,
    origin: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> ProxyAnswer:
    """A JSON answer. `headers` override the common ones."""
    common = common_headers(request_id, origin)
    if body is not None:
        common["Content-Type"] = "application/json"
    return {
        "statusCode": status,
        "headers": {**common, **(headers or {})},
        "body": body or "",
        "isBase64Encoded": False,
    }


def error_answer(error: errors.DomainError, *, request_id: str, origin: str | None = None) -> ProxyAnswer:
    """The answer to a request that failed with this error."""
    return answer(
        status_of(error),
        json.dumps(body_of(error)),
        request_id=request_id,
        origin=origin,
        headers=headers_of(error),
    )


def preflight(methods: Sequence[str], *, request_id: str, origin: str | None) -> ProxyAnswer:
    """The answer to OPTIONS: the methods and headers that a page of an allowed origin may use, for ten minutes.

    Fetch standard, CORS-preflight request. An answer to any other origin allows nothing.
    """
    listed = ", ".join(methods)
    allowed = {
        "Access-Control-Allow-Methods": listed,
        "Access-Control-Allow-Headers": "Authorization, Cache-Control, Content-Type, Idempotency-Key, Last-Event-ID",
        "Access-Control-Max-Age": "600",
    }
    is_allowed = origin is not None and settings().allows_origin(origin)
    headers = {"Allow": f"{listed}, OPTIONS", **(allowed if is_allowed else {})}
    return answer(204, None, request_id=request_id, origin=origin, headers=headers)
