"""Answers with something that API Gateway doesn't understand."""

from typing import Any


def answer_nonsense(event: dict[str, Any], context: Any) -> Any:
    return ["no", "proxy", "response"]
