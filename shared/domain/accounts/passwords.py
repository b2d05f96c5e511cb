"""The rules for passwords (docs/contract/accounts.md#passwords).

The list of common passwords holds those of 8 characters and more, out of widely known breach lists, that the
character rules would let pass.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from itertools import pairwise

MIN_LENGTH = 8
MAX_LENGTH = 50
TOO_CLOSE = 0.7
"""Ratio of matching characters (difflib) from which a password counts as the username in disguise."""

_ALLOWED = re.compile(r"[A-Za-z0-9_\-!@#$%^&*()]*")


@cache
def common_passwords() -> frozenset[str]:
    """Passwords that guessers try first, in lower case."""
    return frozenset(
        files("shared.domain.accounts").joinpath("common_passwords.txt").read_text("ascii").split()
    )


def _is_one_run(password: str) -> bool:
    """`abcdefgh`, `hgfedcba`, `aaaaaaaa`: each character a step of -1, 0 or 1 from the one before, always the same."""
    steps = {ord(b) - ord(a) for a, b in pairwise(password)}
    return len(steps) == 1 and steps <= {-1, 0, 1}


def problems(password: str, username: str) -> list[str]:
    """What is wrong with a password for `username`, in sentences; empty when it is acceptable."""
    found = []
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        found.append(f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters.")
        if len(password) > MAX_LENGTH:
            return found  # the similarity below costs the square of the length
    if not _ALLOWED.fullmatch(password):
        found.append("A password consists of the letters a-z, A-Z, digits and _-!@#$%^&*().")
    if password.isdigit():
        found.append("A password may not consist of digits only.")
    lowered, name = password.lower(), username.lower()
    if lowered in common_passwords() or _is_one_run(lowered):
        found.append("This password is too common.")
    if name and (name in lowered or SequenceMatcher(None, lowered, name).ratio() >= TOO_CLOSE):
        found.append("The password is too similar to the username.")
    return found
