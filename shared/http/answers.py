"""From results and errors to API Gateway's proxy answers (behaviour.md, section 1)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from shared.domain import errors
from shared.settings import settings

ProxyAnswer = dict[str, Any]
"""What a Lambda behind API Gateway returns: statusCode, headers, body."""

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
    errors.Throttled: 429,
    errors.InternalError: 500,
    errors.Unavailable: 503,
}
RETRY_AFTER_SECONDS = 1


def status_of(error: errors.DomainError) -> int:
    """The status that an error means; subclasses have that of their parent unless they are listed."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def body_of(error: errors.DomainError) -> dict[str, Any]:
    """The body that an error means: sentences by field, or `detail` and `code`."""
    if isinstance(error, errors.Invalid):
        return dict(error.fields)
    return {"detail": error.detail, "code": error.code}


def headers_of(error: errors.DomainError) -> dict[str, str]:
    """The headers that an error means, beyond those of every answer."""
    if isinstance(error, errors.MethodNotAllowed):
        return {"Allow": ", ".join(error.allowed)}
    if isinstance(error, errors.Throttled):
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}
    if isinstance(error, errors.Unauthenticated):
        return {"WWW-Authenticate": "Bearer"}
    return {}


def cors_headers(origin: str | None) -> dict[str, str]:
    """What lets an allowed browser front end read the answer; nothing for any other origin."""
    if origin and settings().allows_origin(origin):
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": "Allow, Retry-After, X-Request-Id, Content-Disposition",
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
    """A JSON answer that no cache keeps, unless `headers` say otherwise."""
    common = {"Cache-Control": "no-store", "X-Request-Id": request_id, **cors_headers(origin)}
    if body is not None:
        common["Content-Type"] = "application/json"
    return {
        "statusCode": status,
        "headers": {**common, **(headers or {})},
        "body": body or "",
        "isBase64Encoded": False,
    }


def error_answer(error: errors.DomainError, *, request_id: str, origin: str | None = None) -> ProxyAnswer:
    """The answer that an error means."""
    return answer(
        status_of(error),
        json.dumps(body_of(error)),
        request_id=request_id,
        origin=origin,
        headers=headers_of(error),
    )


def preflight(methods: Sequence[str], *, request_id: str, origin: str | None) -> ProxyAnswer:
    """The answer to OPTIONS: which methods and headers a page of this origin may use, for ten minutes.

    Fetch standard, CORS-preflight request. A page of another origin learns nothing.
    """
    listed = ", ".join(methods)
    allowed = {
        "Access-Control-Allow-Methods": listed,
        "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
        "Access-Control-Max-Age": "600",
    }
    is_allowed = origin is not None and settings().allows_origin(origin)
    headers = {"Allow": f"{listed}, OPTIONS", **(allowed if is_allowed else {})}
    return answer(204, None, request_id=request_id, origin=origin, headers=headers)
