"""Ids and codes, made without a central counter (docs/contract/conventions.md#ids).

An id is the milliseconds since 2026 followed by 12 random bits: below 2^53 until 2095, so that JavaScript
reads it exactly, and roughly ordered by time. Two ids can be equal, so the write of a new id is conditional:
a use case that draws a taken id runs again with another one.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
RANDOM_BITS = 12
MAX_ID = 2**53 - 1
ID_DIGITS = 16
"""Decimal digits of MAX_ID: ids padded to this width sort as text as they do as numbers."""

NO_ID = MAX_ID + 1
"""Stands for every number beyond the ids: nothing has it."""

MIN_CODE_DIGITS = 4
DRAWS_PER_WIDTH = 4


def new_id(now: datetime) -> int:
    """An id for a thing created at `now`."""
    return first_id(now) | secrets.randbits(RANDOM_BITS)


def first_id(time: datetime) -> int:
    """The smallest id for a thing created at that millisecond."""
    return int((time - EPOCH).total_seconds() * 1000) << RANDOM_BITS


def new_user_id(now: datetime) -> int:
    """An id for a user: a multiple of 8, so that the user's lines of statistics can have the ids that follow."""
    return new_id(now) & ~0b111


def read_id(digits: str) -> int:
    """The id that ASCII digits name; NO_ID for a number that is too large for one."""
    return min(int(digits.lstrip("0")[: ID_DIGITS + 1] or "0"), NO_ID)


def id_time(id_: int) -> datetime:
    """The time of an id's creation, to the millisecond."""
    return datetime.fromtimestamp(EPOCH.timestamp() + (id_ >> RANDOM_BITS) / 1000, UTC)


def is_code(text: str) -> bool:
    """Whether a text has the form of a code."""
    return text.isascii() and text.isdigit() and len(text) <= ID_DIGITS


def new_code(failed_draws: int) -> str:
    """A random code of 4 digits; every 4 draws of taken codes add a digit."""
    digits = MIN_CODE_DIGITS + failed_draws // DRAWS_PER_WIDTH
    return f"{secrets.randbelow(10**digits):0{digits}d}"
