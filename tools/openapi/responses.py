"""The error answers in the OpenAPI document: shapes, codes, examples (behaviour.md, section 1)."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from shared.domain.errors import (
    DomainError,
    InternalError,
    MethodNotAllowed,
    Throttled,
    TooLarge,
    Unavailable,
    UnsupportedMediaType,
    UriTooLong,
)
from shared.http.answers import RETRY_AFTER_SECONDS, body_of, headers_of, status_of

Json = dict[str, Any]

FIELD_ERROR_EXAMPLE = {"username": ["This username is already taken."]}

ERROR = {"$ref": "#/components/schemas/Error"}
FIELD_ERRORS = {"$ref": "#/components/schemas/FieldErrors"}


def shared_schemas() -> Json:
    """The two shapes that errors have."""
    return {
        "Error": {
            "title": "Error",
            "type": "object",
            "description": "What went wrong: a sentence for people, and a stable code for programs.",
            "properties": {
                "detail": {"type": "string"},
                "code": {"type": "string", "pattern": "^[a-z0-9_]+$"},
            },
            "required": ["detail", "code"],
            "additionalProperties": False,
        },
        "FieldErrors": {
            "title": "FieldErrors",
            "type": "object",
            "description": "What is wrong with which field; `detail` is for what belongs to no single field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}, "minItems": 1},
            "minProperties": 1,
        },
    }


def error_response(status: int, errors: Sequence[DomainError], *, with_fields: bool = False) -> Json:
    """The answer of one status, with an example for each code that it may have.

    `with_fields`: it may also be sentences by field.
    """
    examples: Json = {}
    if with_fields:
        examples["fields"] = {"summary": "Fields that won't do", "value": FIELD_ERROR_EXAMPLE}
    for error in errors:
        examples.setdefault(error.code, {"value": body_of(error)})
    codes = [name for name in examples if name != "fields"]
    schema: Json = {"allOf": [ERROR, {"properties": {"code": {"enum": codes}}}]}
    if with_fields:
        schema = {"anyOf": [FIELD_ERRORS, schema]}
    response: Json = {
        "description": HTTPStatus(status).phrase,
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}},
        "content": {"application/json": {"schema": schema, "examples": examples}},
    }
    for error in errors:
        for name, value in headers_of(error).items():
            response["headers"][name] = (
                {"$ref": "#/components/headers/Retry-After"}
                if name == "Retry-After"
                else {"schema": {"type": "string"}, "example": value}
            )
    return response


def _shared(*errors: DomainError) -> Json:
    return {str(status_of(error)): error_response(status_of(error), [error]) for error in errors}


SHARED_RESPONSES: Json = {
    **_shared(
        MethodNotAllowed("DELETE", ["GET"]),
        TooLarge(),
        UriTooLong(),
        UnsupportedMediaType(),
        Throttled(),
        Unavailable(),
        InternalError(),
    ),
}
"""Errors that any endpoint may answer, by status."""

SHARED_RESPONSES["429"]["description"] = (
    f"Too Many Requests: you lost a race against others on the same data, or went over a rate limit."
    f" Try again after {RETRY_AFTER_SECONDS} s; nothing was changed."
)
