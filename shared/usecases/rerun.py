"""Running a use case again when it lost a race."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from typing import TypeVar

from shared.domain.errors import RaceLost, Throttled

Result = TypeVar("Result")

RERUNS = 3
PATIENT_RERUNS = 16
"""For tasks, disconnects, messages and game servers' reports, whose callers could only repeat them. Eight matches of a
tournament that end at the same instant change the same item. At most 4.2 seconds of pauses."""
FIRST_PAUSE_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 0.32


_TURNS = tuple(Lock() for _ in range(64))


def turn_of(path: str) -> Lock:
    """The lock that requests of this process take in turn when they change what this path names.

    Only to waste less: without it they lose races against each other. Those of other processes are not bound by it.
    """
    return _TURNS[hash(path) % len(_TURNS)]


def rerun(
    use_case: Callable[[], Result],
    reruns: int = RERUNS,
    turn: AbstractContextManager[object] = nullcontext(),  # noqa: B008 (it has no state)
) -> Result:
    """The result of `use_case`; after each lost race it starts again from its first read, at most so many times.

    The random pause before each run doubles, up to a limit (exponential backoff with jitter). Each run holds `turn`.
    Throttled if the last run loses, too.
    """
    for attempt in range(reruns):
        try:
            with turn:
                return use_case()
        except RaceLost:
            longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)
            time.sleep(random.uniform(0, longest))
    try:
        with turn:
            return use_case()
    except RaceLost as error:
        raise Throttled from error
