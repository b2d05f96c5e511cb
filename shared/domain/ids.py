"""Ids and codes: given out without a central counter (docs/contract/conventions.md#ids).

An id is the milliseconds since 2026 followed by 12 random bits: below 2^53 until 2095, so that JavaScript
reads it exactly, and roughly ordered by time. Two ids can be equal; the write that uses one is conditional,
and a use case that loses that draw runs again with a new id.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
RANDOM_BITS = 12
MAX_ID = 2**53 - 1
ID_DIGITS = 16
"""Decimal digits of MAX_ID: ids padded to this width sort as text as they do as numbers."""

MIN_CODE_DIGITS = 4
DRAWS_PER_WIDTH = 4


def new_id(now: datetime) -> int:
    """An id for something that comes into being at `now`."""
    milliseconds = int((now - EPOCH).total_seconds() * 1000)
    return (milliseconds << RANDOM_BITS) | secrets.randbits(RANDOM_BITS)


def new_user_id(now: datetime) -> int:
    """An id for a user: a multiple of 8, so that the user's lines of statistics can have the ids that follow."""
    return new_id(now) & ~0b111


def id_time(id_: int) -> datetime:
    """When an id was given out, to the millisecond."""
    return datetime.fromtimestamp(EPOCH.timestamp() + (id_ >> RANDOM_BITS) / 1000, UTC)


def is_code(text: str) -> bool:
    """Whether a part of a path can be a code at all."""
    return text.isascii() and text.isdigit() and len(text) <= ID_DIGITS


def new_code(failed_draws: int) -> str:
    """A random code of 4 digits for a place; after every 4 draws that hit taken codes, one digit more."""
    digits = MIN_CODE_DIGITS + failed_draws // DRAWS_PER_WIDTH
    return f"{secrets.randbelow(10**digits):0{digits}d}"
