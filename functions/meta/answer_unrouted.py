"""Answers all requests without a route: unknown paths, wrong methods, browsers' preflight requests.

API Gateway's own answer would be 403 "Missing Authentication Token" (docs/contract/conventions.md#paths). Locally the
edge does the same by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from chalice.app import Blueprint

from shared.domain.errors import DomainError, MethodNotAllowed, NoSuchPath
from shared.garbage import import_ends
from shared.http.answers import ProxyAnswer, error_answer, preflight
from shared.http.registry import PREFIX, Address, match

bp = Blueprint(__name__)


def answer_unrouted(event: Mapping[str, Any], _context: Any) -> ProxyAnswer:
    """404 for an unknown path, 405 for a known one, 204 for its preflight."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    request_id, origin = event["requestContext"]["requestId"], headers.get("origin")
    problem = _problem(event["httpMethod"], event["path"].removeprefix(PREFIX))
    if isinstance(problem, MethodNotAllowed) and event["httpMethod"] == "OPTIONS":
        return preflight(problem.allowed, request_id=request_id, origin=origin)
    return error_answer(problem, request_id=request_id, origin=origin)


bp.lambda_function(name="answer_unrouted")(answer_unrouted)


def _problem(method: str, path: str) -> DomainError:
    try:
        match(method, path, _addresses())
    except DomainError as problem:
        return problem
    # A route has it, so the gateway's list of routes is older than ours.
    return NoSuchPath()


@cache
def _addresses() -> tuple[Address, ...]:
    """Every route's address, from the document: importing the endpoints would take a second."""
    document = json.loads(Path(__file__).with_name("openapi.json").read_text("utf-8"))
    paths = document["paths"].items()
    return tuple(_address(path, item) for path, item in paths if path.startswith(PREFIX + "/"))


def _address(path: str, item: Mapping[str, Any]) -> Address:
    methods = [method for method in item if method in ("get", "post", "put", "patch", "delete")]
    parameters = [part for method in methods for part in item[method].get("parameters", ())]
    return Address(
        methods=tuple(method.upper() for method in methods),
        path=path.removeprefix(PREFIX),
        int_params=frozenset(
            part["name"]
            for part in parameters
            if part.get("in") == "path" and part["schema"].get("type") == "integer"
        ),
    )


import_ends()
