"""The OpenAPI 3.1 document, made from the route registry.

`document` is pure. It runs at build time (`python -m infra.openapi`); no endpoint imports this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from shared.domain.errors import (
    AuthenticationFailed,
    DomainError,
    GuestNotAllowed,
    Invalid,
    Malformed,
    NotAuthenticated,
    NotFound,
    ServiceTokenRequired,
    SseConnectionRequired,
    TokenNotValid,
    TokenUserNotFound,
)
from shared.domain.ids import MAX_ID
from shared.http import schemas
from shared.http.answers import status_of
from shared.http.endpoint import Raw
from shared.http.event_stream import EVENTS_TAG, event_list, event_schema, stream_operation
from shared.http.pages import DEFAULT_LIMIT, MAX_LIMIT
from shared.http.registry import PREFIX, Auth, Route
from shared.http.responses import SHARED_RESPONSES, error_response, shared_schemas

Json = dict[str, Any]

INFO = """The backend of the game Pong: accounts, matchmaking, matches, live events.

**Who is asking.** Get an access token by `POST /api/auth/register/`, `/api/auth/guest/` or `/api/auth/login/`, and
send it as `Authorization: Bearer <access>`. It is good for 30 minutes; `POST /api/auth/refresh/` gives a new one.

**Bodies** are JSON objects, sent as `application/json`. Unknown fields are ignored, fields of a wrong type are 400.

**Errors** are `{"detail": "…", "code": "…"}`, where `code` is stable and `detail` is for people; or, where fields of
the body are wrong, `{"field": ["…", …]}` with `detail` as the field of what belongs to no single one.

**Lists** come in pages: `?limit=20&offset=0`, at most 100 at once; `next` and `previous` are URLs or null.

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

WHO: Mapping[Auth, str] = {
    Auth.NOBODY: "anyone, without a token",
    Auth.USER: "users and guests",
    Auth.REGISTERED: "registered users, not guests",
    Auth.SERVICE: "services",
}

SECURITY: Mapping[Auth, list[Json]] = {
    Auth.NOBODY: [],
    Auth.USER: [{"userToken": []}],
    Auth.REGISTERED: [{"userToken": []}],
    Auth.SERVICE: [{"serviceToken": []}],
}

NO_TOKEN = [NotAuthenticated(), AuthenticationFailed(), TokenNotValid()]

PAGE_PARAMETERS: Mapping[str, tuple[str, Json]] = {
    "limit": (
        "How many at most.",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    ),
    "offset": ("How many to leave out at the start.", {"type": "integer", "minimum": 0, "default": 0}),
}

BODY_METHODS = ("POST", "PUT", "PATCH")


def document(routes: Sequence[Route], *, public_url: str, version: str) -> Json:
    """The whole document. ValueError if a model lacks examples or two models want one name."""
    found, components = schemas.build(
        {
            **{
                f"{route.name}.body": (route.body, "validation") for route in routes if route.body is not None
            },
            **{
                f"{route.name}.query": (route.query, "validation")
                for route in routes
                if route.query is not None
            },
            **{f"{route.name}.answer": (route.answer, "serialization") for route in routes if is_json(route)},
        }
    )
    paths: dict[str, Json] = {}
    # Which module was imported first must not show.
    for route in sorted(routes, key=lambda route: (list(TAGS).index(area(route)), route.path, route.methods)):
        for method in route.methods:
            operation = _operation(route, method, found, components)
            paths.setdefault(PREFIX + route.path, {})[method.lower()] = operation
    paths["/sse/users/"] = {"get": stream_operation()}
    for route in routes:
        if route.query is not None:  # it became parameters, one by one
            components.pop(found[f"{route.name}.query"].get("$ref", "").removeprefix(schemas.REFERENCE), None)
    used = {*(area(route) for route in routes), EVENTS_TAG}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pong", "version": version, "description": INFO},
        "servers": [{"url": public_url}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items() if name in used],
        "paths": paths,
        "components": {
            "schemas": {
                **dict(sorted(components.items())),
                **shared_schemas(),
                "Event": event_schema(),
            },
            "responses": SHARED_RESPONSES,
            "headers": {
                "X-Request-Id": {
                    "description": "What the logs know this request by.",
                    "schema": {"type": "string"},
                },
                "Retry-After": {
                    "description": "Seconds to wait before another try.",
                    "schema": {"type": "integer", "minimum": 1},
                },
            },
            "securitySchemes": {
                "userToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "The access token of a user or guest.",
                },
                "serviceToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A service token; `make service-token` prints one for the local stack.",
                },
            },
        },
        "x-events": event_list(),
    }


def area(route: Route) -> str:
    """The tag of a route: the directory of its module; the private API has one of its own."""
    return "private" if route.auth is Auth.SERVICE else route.module.split(".")[1]


def operation_id(route: Route, method: str) -> str:
    """The endpoint's name; where it answers several methods or paths, those after the first add something."""
    name = f"{route.name}_alias" if route.is_alias else route.name
    return name if method == route.methods[0] else f"{name}_{method.lower()}"


def is_json(route: Route) -> bool:
    """Whether a route's answer is made from a model."""
    return route.answer not in (Raw, type(None))


def _operation(route: Route, method: str, found: Mapping[str, Json], components: Mapping[str, Json]) -> Json:
    summary, _, rest = route.summary.partition(". ")
    operation: Json = {
        "operationId": operation_id(route, method),
        "tags": [area(route)],
        "summary": summary.rstrip("."),
        "description": "\n\n".join(text for text in (rest, route.description) if text),
        "security": SECURITY[route.auth],
        "parameters": [
            *map(_path_parameter, _path_names(route)),
            *_query_parameters(route, found, components),
        ],
        "x-who": WHO[route.auth],
        "x-needs-event-stream": route.online,
    }
    if route.body is not None:
        schema = found[f"{route.name}.body"]
        required = schema.get("required") or _resolved(schema, components).get("required")
        operation["requestBody"] = {
            "required": bool(required),
            "content": {
                "application/json": {
                    "schema": schema,
                    "example": schemas.Examples(components, whole=True).of(schema),
                }
            },
        }
    operation["responses"] = {
        str(route.status): _success(route, found, components),
        **_failures(route, method),
    }
    return {
        key: value for key, value in operation.items() if value not in ("", [], False) or key == "security"
    }


def _resolved(schema: Json, components: Mapping[str, Json]) -> Json:
    return components[schema["$ref"].removeprefix(schemas.REFERENCE)] if "$ref" in schema else schema


def _path_names(route: Route) -> list[tuple[str, bool]]:
    return [(name, name in route.int_params) for name in route.params]


def _path_parameter(named: tuple[str, bool]) -> Json:
    name, is_int = named
    schema: Json = {"type": "string"}
    if is_int:
        schema = {"type": "integer", "minimum": 0, "maximum": MAX_ID}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(route: Route, found: Mapping[str, Json], components: Mapping[str, Json]) -> list[Json]:
    parameters: list[Json] = []
    if route.query is not None:
        schema = _resolved(found[f"{route.name}.query"], components)
        for name, described in schema["properties"].items():
            parameter = {
                key: value for key, value in described.items() if key not in ("description", "default")
            }
            parameters.append(_query_parameter(name, described["description"], parameter))
    if route.paged:
        parameters += [_query_parameter(name, *described) for name, described in PAGE_PARAMETERS.items()]
    return parameters


def _query_parameter(name: str, text: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "description": text, "schema": schema}


def _success(route: Route, found: Mapping[str, Json], components: Mapping[str, Json]) -> Json:
    response: Json = {
        "description": HTTPStatus(route.status).phrase,
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}},
    }
    if route.attachment:
        response["headers"]["Content-Disposition"] = {
            "schema": {"type": "string"},
            "example": f'attachment; filename="{route.attachment}"',
        }
    if is_json(route):
        schema = found[f"{route.name}.answer"]
        example = schemas.Examples(components, whole=False).of(schema)
        response["content"] = {"application/json": {"schema": schema, "example": example}}
    elif route.answer is Raw:
        kind = "object" if route.produces == "application/json" else "string"
        response["content"] = {route.produces: {"schema": {"type": kind}}}
    return response


def _failures(route: Route, method: str) -> Json:
    """Every error that a route can answer, by status."""
    errors = [error if isinstance(error, DomainError) else error() for error in _declared(route)]
    reads_body = route.body is not None or route.query is not None or method in BODY_METHODS
    errors += _implied(route, reads_body=reads_body)
    by_status: dict[int, list[DomainError]] = {}
    for error in errors:
        by_status.setdefault(status_of(error), []).append(error)
    responses: Json = {
        str(status): error_response(
            status, by_status[status], with_fields=status == 400 and (route.body or route.query) is not None
        )
        for status in by_status
    }
    for status in (405, 414, 429, 500, 503, *((413, 415) if reads_body else ())):
        responses.setdefault(str(status), {"$ref": f"#/components/responses/{status}"})
    return dict(sorted(responses.items()))


def _declared(route: Route) -> Iterable[type[DomainError] | DomainError]:
    return [error for error in route.errors if error is not Invalid and not isinstance(error, Invalid)]


def _implied(route: Route, *, reads_body: bool) -> list[DomainError]:
    """The errors that come with what a route asks for."""
    errors: list[DomainError] = []
    if reads_body:
        errors.append(Malformed())
    if route.auth is not Auth.NOBODY:
        errors += NO_TOKEN
    if route.auth in (Auth.USER, Auth.REGISTERED):
        errors.append(TokenUserNotFound())
    if route.online:
        errors.append(SseConnectionRequired())
    if route.auth is Auth.REGISTERED:
        errors.append(GuestNotAllowed())
    if route.auth is Auth.SERVICE:
        errors.append(ServiceTokenRequired())
    if route.params:
        errors.append(NotFound())
    return errors
