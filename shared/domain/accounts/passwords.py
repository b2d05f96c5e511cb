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

PRODUCT_WORDS = ("pong", "transcendence")

MIN_WORD = 4
"""A common password makes a common word if this many letters are left of it without what stands around them."""

_AROUND = "0123456789_-!@#$%^&*()"
_LOOK_ALIKES = [str.maketrans("0345789@$!1", f"oeastbgasi{one}") for one in "il"]

_ALLOWED = re.compile(r"[A-Za-z0-9_\-!@#$%^&*()]*")


@cache
def common_passwords() -> frozenset[str]:
    """Passwords that guessers try first, in lower case."""
    return frozenset(
        files("shared.domain.accounts").joinpath("common_passwords.txt").read_text("ascii").split()
    )


@cache
def _common_words() -> frozenset[str]:
    """Common passwords without what stands around them, and the product's names."""
    words = {password.strip(_AROUND) for password in common_passwords()}
    return frozenset(word for word in words if len(word) >= MIN_WORD and word.isalpha()) | {*PRODUCT_WORDS}


def _is_varied_word(lowered: str) -> bool:
    """Whether it is a common word but for digits and punctuation around it, or look-alikes: `w3lcome1!`."""
    trimmed = [lowered, lowered.rstrip(_AROUND), lowered.strip(_AROUND)]
    read = [each.translate(table) for each in trimmed for table in _LOOK_ALIKES]
    forms = {form for each in [*trimmed, *read] for form in (each, each.lstrip(_AROUND))}
    return not forms.isdisjoint(_common_words()) or not forms.isdisjoint(common_passwords())


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
    elif _is_varied_word(lowered):
        sentences.append(
            "This password is too common: digits and punctuation don't make a common word better."
        )
    if name and (name in lowered or SequenceMatcher(None, lowered, name).ratio() >= TOO_CLOSE):
        sentences.append("The password is too similar to the username.")
    return sentences
