"""Write the AsyncAPI 3.0.0 document of the event stream to where its endpoint reads it from.

    python -m tools.asyncapi

It is made from the OpenAPI document, which has the schemas. AsyncAPI has no binding for server-sent events: the
protocol is https, and `x-` fields say the rest. A test fails when the document is stale.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.wire.catalogue import CATALOGUE, MATCH_FEED

ROOT = Path(__file__).resolve().parents[1]
OPENAPI = ROOT / "functions" / "meta" / "openapi.json"
FILE = ROOT / "functions" / "meta" / "asyncapi.json"

Json = dict[str, Any]

REFERENCE = "#/components/schemas/"


def document(openapi: Mapping[str, Any]) -> Json:
    """The document, from the OpenAPI document."""
    stream = openapi["paths"]["/sse/users/"]["get"]
    feed = openapi["paths"]["/sse/matches/"]["get"]
    schemas = openapi["components"]["schemas"]
    users, services = _names(schemas["Event"]), _names(schemas["MatchEvent"])
    if (users.keys(), services.keys()) != (CATALOGUE.keys(), MATCH_FEED.keys()):
        raise ValueError("the OpenAPI document is stale")
    names = {**users, **services}
    needed = _reachable(schemas, names.values())
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Pong events",
            "version": openapi["info"]["version"],
            "description": stream["description"],
        },
        "defaultContentType": "application/json",
        "servers": {
            "public": {
                "host": openapi["servers"][0]["url"].removeprefix("https://"),
                "protocol": "https",
                "security": [{"$ref": "#/components/securitySchemes/userToken"}],
            }
        },
        "channels": {
            "userEvents": _channel("/sse/users/", stream, users),
            "matchEvents": _channel("/sse/matches/", feed, services),
        },
        "operations": {
            "sendUserEvents": {
                "action": "send",
                "channel": {"$ref": "#/channels/userEvents"},
                "summary": "The product sends events to a user who listens.",
            },
            "sendMatchEvents": {
                "action": "send",
                "channel": {"$ref": "#/channels/matchEvents"},
                "summary": "The product sends starts and ends of all matches to services.",
                "security": [{"$ref": "#/components/securitySchemes/serviceToken"}],
            },
        },
        "components": {
            "messages": {name: _message(code, schemas[name]) for code, name in names.items()},
            "schemas": {name: _without_example(schemas[name]) for name in sorted(needed)},
            "securitySchemes": {
                name: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": openapi["components"]["securitySchemes"][name]["description"],
                }
                for name in ("userToken", "serviceToken")
            },
        },
    }


def _names(schema: Json) -> dict[str, str]:
    """The components of events by their codes."""
    mapping: dict[str, str] = schema["discriminator"]["mapping"]
    return {code: reference.removeprefix(REFERENCE) for code, reference in mapping.items()}


def _channel(address: str, operation: Json, names: Mapping[str, str]) -> Json:
    return {
        "address": address,
        "title": operation["summary"],
        "description": operation["description"],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names.values()},
        "x-media-type": "text/event-stream",
        "x-resume": {"header": "Last-Event-ID", "query": "last_event_id", "seconds": 300},
        "x-retry-milliseconds": 1000,
    }


def _message(code: str, schema: Json) -> Json:
    return {
        "name": code,
        "title": schema["title"],
        "summary": schema["description"],
        "contentType": "application/json",
        "payload": {"$ref": REFERENCE + schema["title"]},
        "examples": [{"name": code, "payload": schema["example"]}],
        "x-sse": {"event": code, "data": "the payload as one line of JSON"},
    }


def _without_example(schema: Json) -> Json:
    return {key: value for key, value in schema.items() if key != "example"}


def _reachable(schemas: Mapping[str, Json], names: Any) -> set[str]:
    """The components that these refer to, with themselves."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += re.findall(rf'"{REFERENCE}([^"]+)"', json.dumps(schemas[name]))
    return found


def text() -> str:
    """The file as it should be."""
    made = document(json.loads(OPENAPI.read_text("utf-8")))
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    print(f"{FILE.name}: {FILE.stat().st_size // 1024} KiB")
