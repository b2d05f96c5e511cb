"""The rules for usernames (docs/contract/accounts.md#usernames)."""

from __future__ import annotations

import re
import secrets

MIN_LENGTH = 3
MAX_LENGTH = 30
RESERVED = ("admin", "staff", "support", "anonymous", "transcendence")
GUEST = "Guest"
DELETED = "deleted-user"

GUEST_DIGITS = 6

_ALLOWED = re.compile(r"[A-Za-z0-9_-]*")
_OF_A_GUEST = re.compile(rf"{GUEST}[0-9]+", re.IGNORECASE)


def problems(name: str, present: str = "") -> list[str]:
    """Sentences about the faults of a username; empty for a valid one. A guest may keep the `present` name."""
    sentences = []
    if not MIN_LENGTH <= len(name) <= MAX_LENGTH:
        sentences.append(f"A username has {MIN_LENGTH} to {MAX_LENGTH} characters.")
    if not _ALLOWED.fullmatch(name):
        sentences.append("A username consists of the letters a-z, A-Z, digits, '_' and '-'.")
    word = next((word for word in RESERVED if word in name.lower()), None)
    if word:
        sentences.append(f"A username may not contain '{word}'.")
    if _OF_A_GUEST.fullmatch(name) and key(name) != key(present):
        sentences.append(f"Names of '{GUEST}' and digits are for guests.")
    if name.lower() == DELETED:
        sentences.append("This username is reserved.")
    return sentences


def is_name(text: str) -> bool:
    """Whether a text consists of what usernames consist of."""
    return 0 < len(text) <= MAX_LENGTH and _ALLOWED.fullmatch(text) is not None


def key(name: str) -> str:
    """The form in which usernames are compared: case doesn't count."""
    return name.lower()


def guest_name(draw: int) -> str:
    """A random name for a guest: `Guest` and digits. Every second draw, from 0, has one digit more."""
    digits = GUEST_DIGITS + draw // 2
    return f"{GUEST}{secrets.randbelow(10**digits):0{digits}d}"
