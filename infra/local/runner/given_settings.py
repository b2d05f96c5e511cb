"""The product's settings that the person gives, checked before anything starts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import fields
from difflib import get_close_matches

from infra.local.runner.processes import StackError
from infra.local.settings import NOT_GIVEN
from shared.auth.keys_text import BadKey, split_keys
from shared.settings import Settings, parse

NAMES = {field.name.upper() for field in fields(Settings)}

KEYS = ("JWT_SECRET", "JWT_SERVICE_SECRET")

LIKENESS = 0.85
"""Of a misspelt name to the right one (difflib): CONECT_TIMEOUT_SECONDS has 0.98."""


def check(given: Mapping[str, str]) -> None:
    """Raise StackError for a value that is not allowed, and for a key that is too short."""
    for name, text in given.items():
        if name not in NAMES:
            continue
        try:
            if name in KEYS and text:
                split_keys(name, text)
            elif name not in KEYS:
                parse(name.lower(), text)
        except (BadKey, ValueError) as problem:
            raise StackError(str(problem)) from None


def misspelt(environment: Mapping[str, str] = os.environ) -> Iterator[str]:
    """A sentence for each variable that looks like a setting and is none."""
    for name in sorted(environment.keys() - NAMES):
        if match := get_close_matches(name, NAMES - NOT_GIVEN, n=1, cutoff=LIKENESS):
            yield f"{name} is no setting and has no effect: {match[0]} is one"
