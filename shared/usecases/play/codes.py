"""Drawing codes for new lobbies, tournaments and matches (docs/contract/conventions.md#codes)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from shared.domain.errors import RaceLost, Throttled
from shared.domain.ids import new_code

Result = TypeVar("Result")

CODE_DRAWS = 20


class CodeTaken(RaceLost):
    """The drawn code is in use: draw again."""


def with_new_code(write: Callable[[str], Result]) -> Result:
    """Call `write` with a random code until one is free; it raises CodeTaken for one that is in use.

    Throttled after 20 draws.
    """
    return with_new_codes(1, lambda codes: write(codes[0]))


def with_new_codes(count: int, write: Callable[[list[str]], Result]) -> Result:
    """As `with_new_code`, for several codes in one transaction."""
    for failed_draws in range(CODE_DRAWS):
        codes = {new_code(failed_draws) for _ in range(count)}
        if len(codes) < count:
            continue
        try:
            return write([*codes])
        except CodeTaken:
            continue
    raise Throttled
