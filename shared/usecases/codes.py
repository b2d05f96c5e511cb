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
    for failed_draws in range(CODE_DRAWS):
        try:
            return write(new_code(failed_draws))
        except CodeTaken:
            continue
    raise Throttled
