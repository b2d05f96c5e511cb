"""The error answers in the OpenAPI document: shapes, codes, examples (docs/contract/conventions.md#errors)."""

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
from shared.http.answers import body_of, headers_of, status_of

Json = dict[str, Any]

FIELD_ERROR_EXAMPLE = {"username": ["This username is already taken."]}

ERROR = {"$ref": "#/components/schemas/Error"}
INVALID_REQUEST = {"$ref": "#/components/schemas/InvalidRequest"}

REQUEST_ID: Json = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}

SHARED_SCHEMAS: Json = {
    "Error": {
        "title": "Error",
        "type": "object",
        "description": "What went wrong: a sentence for people, and a stable code for programs.",
        "properties": {
            "detail": {"type": "string", "description": "A sentence for people; it may change."},
            "code": {
                "type": "string",
                "pattern": "^[a-z0-9_]+$",
                "description": "What went wrong, for programs; new codes may come.",
            },
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
    "InvalidRequest": {
        "title": "InvalidRequest",
        "description": "Sentences by field, or an error of the whole body.",
        "anyOf": [{"$ref": "#/components/schemas/FieldErrors"}, ERROR],
    },
}
"""The shapes of errors. All operations share them: generators of clients make a class of each."""


def error_response(status: int, errors: Sequence[DomainError], *, with_fields: bool = False) -> Json:
    """The answer of one status, with an example for each code; `with_fields`, also sentences by field.

    `x-codes` are the codes of this operation.
    """
    examples: Json = {}
    if with_fields:
        examples["fields"] = {"summary": "Fields that won't do", "value": FIELD_ERROR_EXAMPLE}
    for error in errors:
        examples.setdefault(error.code, {"value": body_of(error)})
    codes = [name for name in examples if name != "fields"]
    schema = INVALID_REQUEST if with_fields else ERROR
    response: Json = {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}",
        "headers": dict(REQUEST_ID),
        "content": {"application/json": {"schema": schema, "examples": examples}},
        "x-codes": codes,
    }
    for error in errors:
        for name, value in headers_of(error).items():
            response["headers"][name] = (
                {"$ref": "#/components/headers/Retry-After"}
                if name == "Retry-After"
                else {"schema": {"type": "string"}, "example": value}
            )
    return response


COMMON = (
    MethodNotAllowed("DELETE", ["GET"]),
    TooLarge(),
    UriTooLong(),
    UnsupportedMediaType(),
    Throttled(),
    Unavailable(),
    InternalError(),
)

SHARED_RESPONSES: Json = {
    str(status): error_response(status, [error]) for error in COMMON for status in [status_of(error)]
}
"""Errors that any endpoint may answer, by status."""

SHARED_RESPONSES["429"]["description"] += (
    ". You lost a race against others on the same data, or went over a rate limit."
    " Try again after `Retry-After` seconds; nothing was changed."
)

RATE_LIMIT: Json = {
    name: {"$ref": f"#/components/headers/{name}"} for name in ("RateLimit", "RateLimit-Policy")
}
"""The headers of an endpoint with rate limits."""
