"""The text of a setting or secret that holds signing keys. The runner checks it before it starts anything."""

from __future__ import annotations

MIN_BYTES = 32
"""HS256 needs a key as long as its hash (RFC 7518, section 3.2)."""


class BadKey(Exception):
    """A setting holds no key or a short one. The text is one line for the operator, without the key."""


def split_keys(name: str, text: str) -> tuple[str, ...]:
    """The keys in a value. BadKey, naming the setting, if one is short or there is none."""
    keys = tuple(key for part in text.split(",") if (key := part.strip()))
    shortest = min((len(key.encode()) for key in keys), default=0)
    if shortest < MIN_BYTES:
        raise BadKey(
            f"{name} holds a key of {shortest} bytes: give every key {MIN_BYTES} or more (openssl rand -hex 32)."
        )
    return keys
