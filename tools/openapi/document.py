"""The OpenAPI 3.1 document, made from the route registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.http.registry import PREFIX, Route
from shared.wire.catalogue import CATALOGUE, MATCH_FEED
from tools.openapi.error_codes import error_list
from tools.openapi.event_stream import (
    EVENTS_TAG,
    event_list,
    event_schemas,
    event_types,
    feed_operation,
    stream_operation,
)
from tools.openapi.operations import Models, area, operation
from tools.openapi.responses import SHARED_RESPONSES, SHARED_SCHEMAS, Json

INFO = """The backend of the game Pong: accounts, matchmaking, matches, live events.

**Who is asking.** Get an access token by `POST /api/auth/register/`, `/api/auth/guest/` or `/api/auth/login/`, and
send it as `Authorization: Bearer <access>`. It is good for 30 minutes; `POST /api/auth/refresh/` gives a new one.

**Bodies** are JSON objects, sent as `application/json`. Unknown fields are ignored, fields of a wrong type are 400.

**Errors** are `{"detail": "…", "code": "…"}`, where `code` is stable and `detail` is for people; or, where fields of
the body are wrong, `{"field": ["…", …]}` with `detail` as the field of what belongs to no single one.

**Lists** come in pages: `?limit=20&offset=0`, at most 100 at once; `next` and `previous` are URLs or null.

**Repeating.** A request with an `Idempotency-Key` can be repeated for a day: the change is made once, and the answer
is the first one's, with `Idempotency-Replayed: true`.

**Ids** are integers below 2^53. **Times** are ISO 8601 in UTC with microseconds, **durations** `HH:MM:SS.ffffff`.

Every answer carries `X-Request-Id`: name it when you report a problem."""

TAGS: Mapping[str, str] = {
    "auth": "Signing up and in.",
    "users": "Yourself and others.",
    "play": "Queues and matches.",
    "chat": "Conversations.",
    EVENTS_TAG: "What happens, as it happens: server-sent events.",
    "private": "For game servers and other services, with a service token.",
    "meta": "About the API itself.",
}

HEADERS: Json = {
    "X-Request-Id": {
        "description": "What the logs know this request by.",
        "schema": {"type": "string"},
    },
    "Idempotency-Replayed": {
        "description": "`true` if this is the stored answer to an earlier request with the same Idempotency-Key.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Retry-After": {
        "description": "Seconds to wait before another try.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "RateLimit-Policy": {
        "description": "The rate limits that the request counts for: `q` requests at once, and `q` in every `w` seconds"
        " from then on (draft-ietf-httpapi-ratelimit-headers-11).",
        "schema": {"type": "string"},
        "example": '"login";q=10;w=600',
    },
    "RateLimit": {
        "description": "What is left: `r` requests now, all of them after `t` seconds.",
        "schema": {"type": "string"},
        "example": '"login";r=9;t=60',
    },
}

BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}

SECURITY_SCHEMES: Json = {
    "userToken": {**BEARER, "description": "The access token of a user or guest."},
    "serviceToken": {
        **BEARER,
        "description": "A service token; `make service-token` prints one for the local stack.",
    },
}


def document(routes: Sequence[Route], *, public_url: str, version: str) -> Json:
    """The whole document. ValueError if a model lacks examples or two models have the same name."""
    kinds = tuple(CATALOGUE.values())
    feed = tuple(MATCH_FEED.values())
    every = tuple({kind.code: kind for kind in (*kinds, *feed)}.values())
    models = Models.of(routes, event_types(every))
    paths: dict[str, Json] = {}
    # The order in which modules were imported must not show.
    for route in sorted(routes, key=lambda route: (list(TAGS).index(area(route)), route.path, route.methods)):
        for method in route.methods:
            paths.setdefault(PREFIX + route.path, {})[method.lower()] = operation(route, method, models)
    paths["/sse/users/"] = {"get": stream_operation()}
    paths["/sse/matches/"] = {"get": feed_operation()}
    used = {*(area(route) for route in routes), EVENTS_TAG}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pong", "version": version, "description": INFO},
        "servers": [{"url": public_url}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items() if name in used],
        "paths": paths,
        "components": {
            "schemas": {**models.shown(routes), **SHARED_SCHEMAS, **event_schemas(kinds, feed, models)},
            "responses": SHARED_RESPONSES,
            "headers": HEADERS,
            "securitySchemes": SECURITY_SCHEMES,
        },
        "x-events": event_list(every),
        "x-error-codes": error_list(paths),
    }
