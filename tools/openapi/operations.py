"""The operations of the OpenAPI document: what a route reads, what it answers, and who may call it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from shared.domain.errors import (
    AuthenticationFailed,
    DomainError,
    GuestNotAllowed,
    IdempotencyKeyReused,
    Invalid,
    Malformed,
    MalformedIdempotencyKey,
    NotAuthenticated,
    NotFound,
    ServiceTokenRequired,
    SseConnectionRequired,
    TokenNotValid,
    TokenUserNotFound,
)
from shared.domain.ids import MAX_ID
from shared.http.answers import status_of
from shared.http.endpoint import Raw
from shared.http.idempotency import HEADER, MAX_LENGTH
from shared.http.pages import DEFAULT_LIMIT, MAX_LIMIT
from shared.http.registry import Auth, Route
from tools.openapi.examples import Examples
from tools.openapi.responses import RATE_LIMIT, REQUEST_ID, Json, error_response
from tools.openapi.schemas import REFERENCE, Mode, build

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

NO_TOKEN = (NotAuthenticated, AuthenticationFailed, TokenNotValid)

AUTH_ERRORS: Mapping[Auth, Sequence[type[DomainError]]] = {
    Auth.NOBODY: (),
    Auth.USER: (*NO_TOKEN, TokenUserNotFound),
    Auth.REGISTERED: (*NO_TOKEN, TokenUserNotFound, GuestNotAllowed),
    Auth.SERVICE: (*NO_TOKEN, ServiceTokenRequired),
}

LIMIT: Json = {"type": "integer", "minimum": 0, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
OFFSET: Json = {"type": "integer", "minimum": 0, "default": 0}

QUOTED_KEY = rf'"([ !#-\[\]-~]|\\["\\]){{1,{MAX_LENGTH}}}"'
BARE_KEY = f"[!#-~]([ !#-~]{{0,{MAX_LENGTH - 2}}}[!#-~])?"
KEY: Json = {
    "name": HEADER,
    "in": "header",
    "description": "A text of your choice, in quotes or not: repeat it with the request, and the change is made once.",
    "schema": {"type": "string", "pattern": f"^({QUOTED_KEY}|{BARE_KEY})$"},
    "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
}
REPLAYED = {"Idempotency-Replayed": {"$ref": "#/components/headers/Idempotency-Replayed"}}

PATH_PARAMETERS: Mapping[str, str] = {
    "blocked_id": "The id of the block, from the list of blocked users.",
    "chat_id": "The conversation's id.",
    "code": "The code of the lobby or tournament.",
    "connect_player.id": "The match's id.",
    "friend_request_id": "The request's id.",
    "friendship_id": "The friendship's id.",
    "get_running_match.id": "The user's id.",
    "match_id": "The match's id.",
    "session_id": "The session's id, from the list of sessions.",
    "tournament_id": "The tournament's id.",
    "use_picture.id": "The picture's number.",
    "user_id": "The user's id.",
}
"""What a variable part of a path is, by its name, or by `<endpoint>.<name>`."""

BODY_METHODS = ("POST", "PUT", "PATCH")


REDIRECT: Json = {
    "description": HTTPStatus(303).phrase,
    "headers": {**REQUEST_ID, "Location": {"schema": {"type": "string", "format": "uri"}}},
}


def area(route: Route) -> str:
    """The tag of a route: the folder of its module, or `private`."""
    return "private" if route.auth is Auth.SERVICE else route.module.split(".")[1]


def operation_id(route: Route, method: str) -> str:
    """The endpoint's name, with a suffix for all but its first path and method."""
    name = f"{route.name}_alias" if route.is_alias else route.name
    return name if method == route.methods[0] else f"{name}_{method.lower()}"


def is_json(route: Route) -> bool:
    """Whether a route's answer is made from a model."""
    return route.answer not in (Raw, type(None))


@dataclass(frozen=True, slots=True)
class Models:
    """The schemas of what the routes read and answer, by `<route>.<part>`, and the components they refer to."""

    schemas: Mapping[str, Json]
    components: Mapping[str, Json]

    @classmethod
    def of(cls, routes: Sequence[Route], events: Mapping[str, tuple[Any, Mode]]) -> Models:
        """Bodies, then queries, answers, events: that is the order in which components get their names."""
        types: dict[str, tuple[Any, Mode]] = {}
        for part in ("body", "query"):
            found = {f"{route.name}.{part}": getattr(route, part) for route in routes}
            types |= {name: (model, "validation") for name, model in found.items() if model is not None}
        types |= {
            f"{route.name}.answer": (route.answer, "serialization") for route in routes if is_json(route)
        }
        return cls(*build({**types, **events}))

    def of_part(self, route: Route, part: str) -> Json:
        """The schema of a route's body, query or answer."""
        return self.schemas[f"{route.name}.{part}"]

    def resolved(self, schema: Json) -> Json:
        """A schema, or the component that it refers to."""
        return self.components[schema["$ref"].removeprefix(REFERENCE)] if "$ref" in schema else schema

    def shown(self, routes: Sequence[Route]) -> Json:
        """The components by name. Queries are not among them: they become parameters, one by one."""
        queries = [self.of_part(route, "query") for route in routes if route.query is not None]
        hidden = {schema.get("$ref", "").removeprefix(REFERENCE) for schema in queries}
        return {name: schema for name, schema in sorted(self.components.items()) if name not in hidden}


def operation(route: Route, method: str, models: Models) -> Json:
    """A route under one of its methods."""
    summary, _, rest = route.summary.partition(". ")
    made: Json = {
        "operationId": operation_id(route, method),
        "tags": [area(route)],
        "summary": summary.rstrip("."),
        "description": "\n\n".join(text for text in (rest, route.description) if text),
        "security": SECURITY[route.auth],
        "parameters": [
            *_path_parameters(route),
            *_query_parameters(route, models),
            *([KEY] if route.takes_key(method) else []),
        ],
        "x-who": WHO[route.auth],
        "x-needs-event-stream": route.online,
        "x-rate-limits": [limit.name for limit in route.limits],
    }
    if route.body is not None:
        made["requestBody"] = _body(models.of_part(route, "body"), models)
    elsewhere = {"303": REDIRECT} if route.redirects else {}
    made["responses"] = {
        str(route.status): _success(route, method, models),
        **elsewhere,
        **_failures(route, method),
    }
    return {key: value for key, value in made.items() if value not in ("", [], False) or key == "security"}


def _body(schema: Json, models: Models) -> Json:
    example = Examples(models.components, whole=True).of(schema)
    return {
        "required": bool(schema.get("required") or models.resolved(schema).get("required")),
        "content": {"application/json": {"schema": schema, "example": example}},
    }


def _path_parameters(route: Route) -> list[Json]:
    an_id = {"type": "integer", "minimum": 0, "maximum": MAX_ID}
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": _path_parameter(route, name),
            "schema": an_id if name in route.int_params else {"type": "string"},
        }
        for name in route.params
    ]


def _path_parameter(route: Route, name: str) -> str:
    for key in (f"{route.name}.{name}", name):
        if key in PATH_PARAMETERS:
            return PATH_PARAMETERS[key]
    raise ValueError(f"PATH_PARAMETERS in tools/openapi/operations.py lacks {name} of {route.name}")


def _query_parameters(route: Route, models: Models) -> list[Json]:
    parameters: list[Json] = []
    if route.query is not None:
        schema = models.resolved(models.of_part(route, "query"))
        for name, described in schema["properties"].items():
            bare = {key: value for key, value in described.items() if key not in ("description", "default")}
            parameters.append(_query_parameter(name, described["description"], bare))
    if route.paged:
        parameters.append(_query_parameter("limit", f"How many at most; 0 means {DEFAULT_LIMIT}.", LIMIT))
        parameters.append(_query_parameter("offset", "How many to leave out at the start.", OFFSET))
    return parameters


def _query_parameter(name: str, text: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "description": text, "schema": schema}


def _success(route: Route, method: str, models: Models) -> Json:
    response: Json = {"description": HTTPStatus(route.status).phrase, "headers": dict(REQUEST_ID)}
    if route.takes_key(method):
        response["headers"] |= REPLAYED
    if route.limits:
        response["headers"] |= RATE_LIMIT
    if route.attachment:
        response["headers"]["Content-Disposition"] = {
            "schema": {"type": "string"},
            "example": f'attachment; filename="{route.attachment}"',
        }
    if is_json(route):
        schema = models.of_part(route, "answer")
        example = Examples(models.components, whole=False).of(schema)
        response["content"] = {"application/json": {"schema": schema, "example": example}}
    elif route.answer is Raw:
        kind = "object" if route.produces == "application/json" else "string"
        response["content"] = {route.produces: {"schema": {"type": kind}}}
    return response


def _failures(route: Route, method: str) -> Json:
    """The errors that a route can answer, by status."""
    reads_fields = route.body is not None or route.query is not None
    reads_body = reads_fields or method in BODY_METHODS
    by_status: dict[int, list[DomainError]] = {}
    repeats = [MalformedIdempotencyKey(), IdempotencyKeyReused()] if route.takes_key(method) else []
    for error in (*_declared(route), *_implied(route, reads_body=reads_body), *repeats):
        by_status.setdefault(status_of(error), []).append(error)
    responses: Json = {
        str(status): error_response(status, errors, with_fields=status == 400 and reads_fields)
        for status, errors in by_status.items()
    }
    for status in (405, 414, 429, 500, 503, *((413, 415) if reads_body else ())):
        responses.setdefault(str(status), {"$ref": f"#/components/responses/{status}"})
    return dict(sorted(responses.items()))


def _declared(route: Route) -> list[DomainError]:
    """The errors that the endpoint names, without `Invalid`: any body or query can answer that."""
    others = [error for error in route.errors if error is not Invalid and not isinstance(error, Invalid)]
    return [error if isinstance(error, DomainError) else error() for error in others]


def _implied(route: Route, *, reads_body: bool) -> list[DomainError]:
    """The errors that come with what a route asks for."""
    kinds = (
        *([Malformed] if reads_body else ()),
        *AUTH_ERRORS[route.auth],
        *([SseConnectionRequired] if route.online else ()),
        *([NotFound] if route.params else ()),
    )
    return [kind() for kind in kinds]
