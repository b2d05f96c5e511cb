"""The committed OpenAPI document, for tests that hold values against it."""

from __future__ import annotations

import json
from typing import Any

from tools.openapi.__main__ import FILE

DOCUMENT: dict[str, Any] = json.loads(FILE.read_text("utf-8"))


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
