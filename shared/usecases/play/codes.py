"""Codes: what people tell each other to find a living lobby, tournament or match."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from shared.domain.errors import Throttled
from shared.domain.ids import new_code

Result = TypeVar("Result")

CODE_DRAWS = 20


class CodeTaken(Exception):
    """The drawn code belongs to a living place: draw again."""


def with_new_code(write: Callable[[str], Result]) -> Result:
    """What `write` returns for a fresh code that is free; it puts the code's row, and CodeTaken otherwise.

    Throttled in the absurd case that none is free.
    """
    return with_new_codes(1, lambda codes: write(codes[0]))


def with_new_codes(count: int, write: Callable[[list[str]], Result]) -> Result:
    """The same for several codes in one transaction."""
    for failed_draws in range(CODE_DRAWS):
        codes = {new_code(failed_draws) for _ in range(count)}
        if len(codes) < count:
            continue
        try:
            return write([*codes])
        except CodeTaken:
            continue
    raise Throttled
