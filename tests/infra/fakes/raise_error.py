"""Raises."""

from typing import Any


def raise_error(event: dict[str, Any], context: Any) -> dict[str, Any]:
    raise RuntimeError("on purpose")
