"""The event stream in the OpenAPI document. It has no route in the registry, so it is described here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from shared.domain.errors import (
    AuthenticationFailed,
    Malformed,
    NotAuthenticated,
    ServiceTokenRequired,
    TokenNotValid,
    TokenUserNotFound,
    Unavailable,
    UriTooLong,
)
from shared.events import EventKind, with_ticket
from tools.openapi.examples import Examples
from tools.openapi.operations import Models
from tools.openapi.responses import SHARED_RESPONSES, Json, error_response
from tools.openapi.schemas import REFERENCE, Mode

EVENTS_TAG = "events"

DESCRIPTION = """Answers with `text/event-stream` and stays open. Each event is

    id: <what to resume from>
    event: <event code>
    data: <one line of JSON, see the schema Event>

You are online from the first byte until 3 seconds after your last stream closed. Several streams at once are fine:
each gets every event. `ping` comes every 15 seconds and has no id.

The stream ends when its token expires, and at once when its session or account ends. A minute before the token expires
`token-expiring` comes, without id: refresh, and connect again with the new token. Connect again after a clean end as
after a broken connection; a 401 that a refresh doesn't mend is the end.

Every event is delivered at least once, in order within one lobby, tournament, chat or match. Connect again within 5
minutes with `Last-Event-ID` and you first get what you missed; if that can't be had in full, the first event is
`resync`: fetch the state anew. Browsers' `EventSource` can't send headers, so the token may be in the query."""


EVENT = """What stands on the `data` line of an event, by its `event_code`.

New codes may come: ignore the ones that you don't know. A service may send an event with other `data`."""


FEED_DESCRIPTION = """For game servers: the starts and ends of all matches.

A stream like that of a user: the same frames, pings, resuming by `Last-Event-ID` and `resync`; it ends with its token
and says so a minute before. After `resync`, and when you start, list the running matches."""

EXAMPLE_TICKET = "116142351589376.116142360502280.Jx0Yy7oVdUeL0h3m6f1s2A"

MATCH_EVENT = """What stands on the `data` line of an event of `/sse/matches/`, by its `event_code`.

New codes may come: ignore the ones that you don't know."""
PARTS = {
    "data": "The subject of the event. Its form depends on `event_code`.",
    "kwargs": "Names and numbers of which `message` and `target` are made.",
}


def schema_name(kind: EventKind) -> str:
    """The component of a kind of event: game-start -> GameStartEvent."""
    return "".join(word.capitalize() for word in kind.code.split("-")) + "Event"


def event_types(kinds: Sequence[EventKind]) -> dict[str, tuple[Any, Mode]]:
    """The models of data and kwargs, by `<code>.data` and `<code>.kwargs`."""
    models = {f"{kind.code}.data": kind.data for kind in kinds}
    models |= {f"{kind.code}.kwargs": kind.kwargs for kind in kinds}
    return {name: (model, "serialization") for name, model in models.items() if model is not None}


def event_list(kinds: Sequence[EventKind]) -> list[Json]:
    """The catalogue: every event, when it is sent and to whom, and what a service must give to send it."""
    return [
        {
            "event_code": kind.code,
            "service": kind.service,
            "type": _type(kind),
            "message": kind.message,
            "occasions": [asdict(occasion) for occasion in kind.occasions],
            "schema": REFERENCE + schema_name(kind),
            "pushable": kind.pushable,
            "data": list(kind.needed_data),
            "kwargs": list(kind.needed_kwargs),
            "targets": [asdict(target) for target in kind.targets],
        }
        for kind in kinds
    ]


def event_schemas(kinds: Sequence[EventKind], feed: Sequence[EventKind], models: Models) -> Json:
    """`Event` and `MatchEvent`, each one of its kinds, and the kinds, each with an example."""
    return {
        "Event": _one_of("Event", EVENT, kinds),
        "MatchEvent": _one_of("MatchEvent", MATCH_EVENT, feed),
        "Target": _target_schema(),
        **{schema_name(kind): _event_schema(kind, models) for kind in (*kinds, *feed)},
    }


def _one_of(title: str, description: str, kinds: Sequence[EventKind]) -> Json:
    names = {kind.code: REFERENCE + schema_name(kind) for kind in kinds}
    return {
        "title": title,
        "description": description,
        "oneOf": [{"$ref": reference} for reference in names.values()],
        "discriminator": {"propertyName": "event_code", "mapping": names},
    }


def example_of(kind: EventKind, models: Models) -> Json:
    """A whole event, made of the examples of its models."""
    examples = Examples(models.components, whole=True)
    parts = [models.schemas.get(f"{kind.code}.{part}") for part in ("data", "kwargs")]
    data, kwargs = (None if schema is None else examples.of(schema) for schema in parts)
    event = kind.wire(data, kwargs)
    is_way = any(target.type == "websocket" for target in kind.targets)
    return with_ticket(event, EXAMPLE_TICKET) if is_way else event


def _event_schema(kind: EventKind, models: Models) -> Json:
    null = {"type": "null"}
    target = {"type": "array", "items": {"$ref": REFERENCE + "Target"}, "minItems": len(kind.targets)}
    return {
        "title": schema_name(kind),
        "type": "object",
        "description": "\n\n".join(f"When: {each.when}. To: {each.to}." for each in kind.occasions),
        "properties": {
            "service": {
                "type": "string",
                "const": kind.service,
                "description": "The part of the product that it comes from.",
            },
            "event_code": {"type": "string", "const": kind.code, "description": "The kind of event."},
            "type": {
                "type": "string",
                "const": _type(kind),
                "description": "`notification` if a person should see it, else `event`.",
            },
            "message": {"type": "string", "description": "A sentence; empty where there is none."},
            "target": {
                **(target if kind.targets else null),
                "description": "What the receiver can do about it; null if nothing.",
            },
            **{
                part: {**models.schemas.get(f"{kind.code}.{part}", null), "description": text}
                for part, text in PARTS.items()
            },
        },
        "required": ["service", "event_code", "type", "message", "target", "data", "kwargs"],
        "example": example_of(kind, models),
    }


def _type(kind: EventKind) -> str:
    return "notification" if kind.person else "event"


def _target_schema() -> Json:
    return {
        "title": "Target",
        "type": "object",
        "description": "What the receiver of an event can do about it.",
        "properties": {
            "url": {
                "type": "string",
                "description": "The address; without a host, this API's or the front end's.",
            },
            "type": {
                "type": "string",
                "enum": ["url", "api", "websocket"],
                "description": "`url`: a page of the front end. `api`: a call of this API. `websocket`: a game server.",
            },
            **{
                name: {"type": ["string", "null"], "description": text}
                for name, text in (
                    ("method", "The call's method; null for pages and game servers."),
                    ("display_name", "What to write on a button; null without one."),
                    ("display_icon", "The path of an icon for the button; null without one."),
                )
            },
        },
        "required": ["url", "type", "method", "display_name", "display_icon"],
    }


def stream_operation() -> Json:
    """GET /sse/users/."""
    return {
        "operationId": "stream_events",
        "tags": [EVENTS_TAG],
        "summary": "Listen to your events",
        "description": DESCRIPTION,
        "security": [{"userToken": []}, {}],
        "parameters": [
            _parameter(
                "query", "token", "The access token, for those who can't send an Authorization header."
            ),
            _parameter("query", "last_event_id", "The same as the header Last-Event-ID."),
            _parameter(
                "header",
                "Last-Event-ID",
                "The id of the last event that you got: what came after it comes first.",
            ),
        ],
        "x-who": "users and guests",
        "responses": {
            "200": {
                "description": "The stream; the schema is that of each `data` line.",
                "content": {"text/event-stream": {"schema": {"$ref": REFERENCE + "Event"}}},
            },
            "400": error_response(400, [Malformed("A request for a stream has no body.")]),
            "401": error_response(
                401, [NotAuthenticated(), AuthenticationFailed(), TokenNotValid(), TokenUserNotFound()]
            ),
            "405": SHARED_RESPONSES["405"],
            "414": error_response(414, [UriTooLong()]),
            "429": SHARED_RESPONSES["429"],
            "503": error_response(503, [Unavailable()]),
        },
    }


def feed_operation() -> Json:
    """GET /sse/matches/."""
    users = stream_operation()
    refused = error_response(401, [NotAuthenticated(), AuthenticationFailed(), TokenNotValid()])
    stream = {
        "description": "The stream; the schema is that of each `data` line.",
        "content": {"text/event-stream": {"schema": {"$ref": REFERENCE + "MatchEvent"}}},
    }
    return {
        **users,
        "operationId": "stream_matches",
        "summary": "Follow all matches",
        "description": FEED_DESCRIPTION,
        "security": [{"serviceToken": []}],
        "parameters": users["parameters"][1:],
        "x-who": "services",
        "responses": {
            **users["responses"],
            "200": stream,
            "401": refused,
            "403": error_response(403, [ServiceTokenRequired()]),
        },
    }


def _parameter(place: str, name: str, text: str) -> Json:
    return {"name": name, "in": place, "description": text, "schema": {"type": "string"}}
