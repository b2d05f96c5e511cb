"""The rules for passwords (docs/contract/accounts.md#passwords).

The list of common passwords comes from widely known breach lists. It has only passwords of 8 or more characters that
the character rules allow.
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
"""From this ratio of matching characters (difflib) on, a password is too similar to the username."""

_ALLOWED = re.compile(r"[A-Za-z0-9_\-!@#$%^&*()]*")


@cache
def common_passwords() -> frozenset[str]:
    """Passwords that guessers try first, in lower case."""
    return frozenset(
        files("shared.domain.accounts").joinpath("common_passwords.txt").read_text("ascii").split()
    )


def _is_one_run(password: str) -> bool:
    """Whether all steps from character to character are the same -1, 0 or 1: `abcdefgh`, `hgfedcba`, `aaaaaaaa`."""
    steps = {ord(b) - ord(a) for a, b in pairwise(password)}
    return len(steps) == 1 and steps <= {-1, 0, 1}


def problems(password: str, username: str) -> list[str]:
    """Sentences about the faults of a password for `username`; empty for a valid one."""
    sentences = []
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        sentences.append(f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters.")
        if len(password) > MAX_LENGTH:
            return sentences  # the similarity below costs the square of the length
    if not _ALLOWED.fullmatch(password):
        sentences.append("A password consists of the letters a-z, A-Z, digits and _-!@#$%^&*().")
    if password.isdigit():
        sentences.append("A password may not consist of digits only.")
    lowered, name = password.lower(), username.lower()
    if lowered in common_passwords() or _is_one_run(lowered):
        sentences.append("This password is too common.")
    if name and (name in lowered or SequenceMatcher(None, lowered, name).ratio() >= TOO_CLOSE):
        sentences.append("The password is too similar to the username.")
    return sentences
