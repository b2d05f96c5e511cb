"""Prints, then raises."""

from typing import Any


def raise_error(event: dict[str, Any], context: Any) -> dict[str, Any]:
    print("raise_error prints this", flush=True)  # noqa: T201
    raise RuntimeError("on purpose")
