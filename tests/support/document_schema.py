"""The OpenAPI document as Schemathesis reads it: what it makes requests from, and what it checks of each answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.support.document import strict_document

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def document_for(url: str) -> dict[str, Any]:
    """The strict document, for requests to a stack at this address."""
    made = {**deepcopy(strict_document()), "servers": [{"url": url}]}
    for name in _bodies(made):
        made["components"]["schemas"][name].pop("additionalProperties", None)  # unknown fields are ignored
    return made


def schema_of(document: dict[str, Any]) -> OpenApiSchema:
    """The document for Schemathesis. Callers and their tokens are the tests' own."""
    config = schemathesis.Config()
    config.projects.default.generation.update(allow_extra_parameters=False, with_security_parameters=False)
    return schemathesis.openapi.from_dict(document, config=config)


def _bodies(made: Mapping[str, Any]) -> set[str]:
    """The components that request bodies are made of."""
    todo = [
        operation["requestBody"]
        for item in made["paths"].values()
        for operation in item.values()
        if "requestBody" in operation
    ]
    found: set[str] = set()
    while todo:
        part = todo.pop()
        if isinstance(part, list):
            todo += part
        elif isinstance(part, dict):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                todo.append(made["components"]["schemas"][name])
            todo += part.values()
    return found


NAMES_OF_IDS = ("id", "user_id", "winner")


def about(body: Any, ids: Iterator[int]) -> Any:
    """A body with the made-up ids of users replaced by those of users who exist."""
    if isinstance(body, list):
        return [about(part, ids) for part in body]
    if not isinstance(body, dict):
        return body
    found = {name: about(part, ids) for name, part in body.items()}
    found |= {name: next(ids) for name in NAMES_OF_IDS if isinstance(body.get(name), int)}
    if "users_id" in body:
        found["users_id"] = [next(ids)]
    return found
