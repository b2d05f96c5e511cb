"""Drawing codes for new lobbies, tournaments and matches (docs/contract/conventions.md#codes)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from shared.domain.errors import RaceLost, Throttled
from shared.domain.ids import DRAWS_PER_WIDTH, EPOCH, new_code
from shared.store.base import utc_now

Result = TypeVar("Result")

CODE_DRAWS = 20

REMEMBERED_SECONDS = 60.0
"""A process that had to draw longer codes draws them at once for so long: the shorter ones are in use."""


class CodeTaken(RaceLost):
    """The drawn code is in use: draw again."""


def with_new_code(write: Callable[[str], Result]) -> Result:
    """Call `write` with a random code until one is free; it raises CodeTaken for one that is in use.

    Throttled after 20 draws.
    """
    return with_new_codes(1, lambda codes: write(codes[0]))


def with_new_codes(count: int, write: Callable[[list[str]], Result]) -> Result:
    """As `with_new_code`, for several codes in one transaction."""
    first = _memory.draws if utc_now() < _memory.until else 0
    for failed_draws in range(first, first + CODE_DRAWS):
        codes = {new_code(failed_draws) for _ in range(count)}
        if len(codes) < count:
            continue
        try:
            result = write([*codes])
        except CodeTaken:
            continue
        _remember(first, failed_draws)
        return result
    raise Throttled


@dataclass(slots=True)
class _Memory:
    draws: int = 0
    """Draws of shorter codes, which would fail."""
    until: datetime = EPOCH


_memory = _Memory()


def forget() -> None:
    """Short codes are drawn first, as in a new process."""
    _memory.draws, _memory.until = 0, EPOCH


def _remember(first: int, failed_draws: int) -> None:
    shorter = failed_draws - failed_draws % DRAWS_PER_WIDTH
    if shorter > first:
        _memory.draws, _memory.until = shorter, utc_now() + timedelta(seconds=REMEMBERED_SECONDS)
