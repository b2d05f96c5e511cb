"""MiniStack's DynamoDB with less work per expression and per copy.

MiniStack 1.5.33 parses a condition again for each item that a query looks at, and copies items with copy.deepcopy,
which keeps a record of every object. A page of a list took three quarters of its time to parse, a write a third of it
to copy. Here a parsed expression is kept, and items, which are plain JSON, are copied as such.
tests/infra/test_engine.py fails when MiniStack changes here. Runs in the engine's environment.
"""
# ruff: noqa: SLF001 (what is made faster is private)

from __future__ import annotations

import copy
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from ministack.services import dynamodb

EXPRESSIONS = 2048
"""So many parsed expressions are kept; the product has some hundreds."""


def copied(value: Any) -> Any:
    """A deep copy. Of JSON's own types; others are copied by copy.deepcopy."""
    kind = type(value)
    if kind is str:
        return value
    if kind is dict:
        return {name: copied(member) for name, member in value.items()}
    if kind is list:
        return [copied(member) for member in value]
    return copy.deepcopy(value)


def speed_up() -> None:
    """Put these in the place of MiniStack's own."""
    dynamodb._tokenize = lru_cache(EXPRESSIONS)(dynamodb._tokenize)
    dynamodb._condition_syntax_error = lru_cache(EXPRESSIONS)(dynamodb._condition_syntax_error)
    dynamodb.copy = SimpleNamespace(deepcopy=copied)
