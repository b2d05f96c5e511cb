"""The event stream in the OpenAPI document. It has no route in the registry, so it is described here."""

from __future__ import annotations

import json
from dataclasses import asdict

from shared import events
from shared.domain.errors import (
    AuthenticationFailed,
    NotAuthenticated,
    TokenNotValid,
    TokenUserNotFound,
    Unavailable,
    UriTooLong,
)
from tools.openapi.responses import SHARED_RESPONSES, Json, error_response

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


def event_list() -> list[Json]:
    """The catalogue: every event, what it says, and what a service must give to send it."""
    return [
        {
            "event_code": code,
            "service": kind.service,
            "type": "notification" if kind.person else "event",
            "message": kind.message,
            "data": list(kind.data),
            "kwargs": list(kind.kwargs),
            "targets": [asdict(target) for target in kind.targets],
        }
        for code, kind in events.CATALOGUE.items()
    ]


def event_schema() -> Json:
    """The JSON on the `data` line of an event."""
    return {
        "title": "Event",
        "type": "object",
        "description": "What stands on the `data` line of an event.",
        "properties": {
            "service": {"enum": sorted({kind.service for kind in events.CATALOGUE.values()})},
            "event_code": {"enum": list(events.CATALOGUE)},
            "type": {"enum": ["event", "notification"], "description": "A person should see a notification."},
            "message": {"type": "string", "description": "A sentence; empty where there is none."},
            "target": {
                "anyOf": [{"type": "array", "items": _target_schema(), "minItems": 1}, {"type": "null"}],
                "description": "What the receiver can do about it.",
            },
            "data": {"type": ["object", "null"]},
            "kwargs": {"type": ["object", "null"]},
        },
        "required": ["service", "event_code", "type", "message", "target", "data", "kwargs"],
    }


def _target_schema() -> Json:
    optional = {"type": ["string", "null"]}
    return {
        "type": "object",
        "properties": {
            "url": {"type": "string"},
            "type": {"enum": ["url", "api", "websocket"]},
            "method": optional,
            "display_name": optional,
            "display_icon": optional,
        },
        "required": ["url", "type", "method", "display_name", "display_icon"],
    }


def stream_operation() -> Json:
    """GET /sse/users/."""
    shown = events.render("lobby-join", data={"id": 116142360502280}, kwargs={"username": "bob"})
    frames = f"id: 474132087341056-0\nevent: lobby-join\ndata: {json.dumps(shown)}\n\n"
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
                "description": "The stream",
                "content": {"text/event-stream": {"schema": {"type": "string"}, "example": frames}},
            },
            "401": error_response(
                401, [NotAuthenticated(), AuthenticationFailed(), TokenNotValid(), TokenUserNotFound()]
            ),
            "405": SHARED_RESPONSES["405"],
            "414": error_response(414, [UriTooLong()]),
            "429": SHARED_RESPONSES["429"],
            "503": error_response(503, [Unavailable()]),
        },
    }


def _parameter(place: str, name: str, text: str) -> Json:
    return {"name": name, "in": place, "description": text, "schema": {"type": "string"}}
