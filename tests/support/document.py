"""The committed OpenAPI document, for tests that hold values against it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from tools.openapi.__main__ import FILE

DOCUMENT: dict[str, Any] = json.loads(FILE.read_text("utf-8"))

ERROR = {"$ref": "#/components/schemas/Error"}
FIELD_ERRORS = {"$ref": "#/components/schemas/FieldErrors"}


def exact(value: Any) -> Any:
    """A part of the document without room for fields that it doesn't name: nothing may have more than it says."""
    if isinstance(value, list):
        return [exact(part) for part in value]
    if not isinstance(value, dict):
        return value
    found = {key: exact(part) for key, part in value.items()}
    if found.get("type") == "object" and "properties" in found:
        found.setdefault("additionalProperties", False)
    return found


def with_codes(value: Any) -> Any:
    """The document without room for other codes of errors than the ones that an answer names."""
    if isinstance(value, list):
        return [with_codes(part) for part in value]
    if not isinstance(value, dict):
        return value
    if "x-codes" not in value:
        return {key: with_codes(part) for key, part in value.items()}
    (media,) = value["content"].values()
    named: dict[str, Any] = {"allOf": [ERROR, {"properties": {"code": {"enum": value["x-codes"]}}}]}
    strict = named if media["schema"] == ERROR else {"anyOf": [FIELD_ERRORS, named]}
    return {**value, "content": {"application/json": {**media, "schema": strict}}}


@cache
def strict_document() -> dict[str, Any]:
    """The document without room for fields and codes that it doesn't name. Don't change it."""
    made: dict[str, Any] = exact(with_codes(DOCUMENT))
    return made
