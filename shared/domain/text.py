"""The rule for every name and message that people write (docs/contract/conventions.md#text)."""

from __future__ import annotations

import re
from unicodedata import category

_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates (UAX #9, section 2): they reorder what stands around them."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters that aren't line breaks or tabs."""

_SEVERAL_LINES = re.compile(r"[\t\n\r\u2028\u2029]")

_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""General categories of which nothing is drawn."""

_BLANK_LETTERS = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters, marks and symbols that are drawn as nothing (Default_Ignorable_Code_Point, and the empty Braille cell)."""


def is_visible(text: str) -> bool:
    """Whether readers see anything of a text."""
    return any(category(character) not in _INVISIBLE for character in _BLANK_LETTERS.sub("", text))


def problems(text: str, what: str, *, lines: bool) -> list[str]:
    """Sentences about the faults of a trimmed text; empty for a valid one.

    `what` begins the sentences, such as "A message". `lines`: whether line breaks and tabs are allowed.
    """
    sentences = []
    if not is_visible(text):
        sentences.append("This field may not be blank.")
    if _CONTROL.search(text) or (not lines and _SEVERAL_LINES.search(text)):
        but = " other than line breaks and tabs" if lines else ""
        sentences.append(f"{what} may not contain control characters{but}.")
    if _BIDI.search(text):
        sentences.append(f"{what} may not contain characters that override the direction of text.")
    return sentences
