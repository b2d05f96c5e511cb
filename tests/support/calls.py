"""Calling the functions as API Gateway and the state machines do, without any server in between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import app  # noqa: F401 (fills the registry)
from shared.auth.service_tokens import new_service_token
from shared.http import registry
from tests.support.answer_check import check


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers of an answer."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)


HEADERS: Mapping[str, str] = {"Content-Type": "application/json"}
"""The headers of every call."""


def call(
    method: str,
    path: str,
    token: str | None = None,
    body: Any = None,
    query: Mapping[str, str] | None = None,
    *,
    address: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Call the function of a route, and return its answer, which has to fit the OpenAPI document.

    `address` is the client's, as API Gateway sees it.
    """
    found = registry.match(method, path, registry.ROUTES)
    function = getattr(import_module(found.route.module), found.route.name)
    sent = {**HEADERS, **(headers or {})}
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    answer = function(
        {
            "httpMethod": method,
            "path": f"/api{path}",
            "headers": sent,
            "pathParameters": dict(found.params) or None,
            "multiValueQueryStringParameters": {name: [value] for name, value in (query or {}).items()},
            "body": None if body is None else json.dumps(body),
            "isBase64Encoded": False,
            "requestContext": {"requestId": "test", "identity": {"sourceIp": address}},
        },
        None,
    )
    text = answer["body"]
    media_type = answer["headers"].get("Content-Type", "")
    read = json.loads(text) if text and "json" in media_type else text or None
    check(method, f"/api{path}", answer["statusCode"], media_type, read)
    return Answer(answer["statusCode"], read, answer["headers"])


def service() -> str:
    """A service token."""
    return new_service_token()


def refusal(answer: Answer) -> tuple[int, str]:
    """Status and code of an error; the code is empty where the error names fields instead."""
    return answer.status, answer.body.get("code", "")


def run_task(name: str, state: Mapping[str, Any]) -> Any:
    """Run a task of the state machines of `play` once, and return its output."""
    return getattr(import_module(f"functions.play.{name}"), name)(state, None)
