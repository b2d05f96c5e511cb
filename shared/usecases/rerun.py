"""Running a use case again when it lost a race."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from shared.domain.errors import RaceLost, Throttled

Result = TypeVar("Result")

RERUNS = 3
PATIENT_RERUNS = 8
"""For tasks, disconnects and game servers' reports, whose callers could only repeat them. Eight matches of a tournament
that end at the same instant change the same item. At most five seconds of pauses."""
FIRST_PAUSE_SECONDS = 0.02


def rerun(use_case: Callable[[], Result], reruns: int = RERUNS) -> Result:
    """The result of `use_case`; after each lost race it starts again from its first read, at most so many times.

    The random pause before each run doubles (exponential backoff with jitter). Throttled if the last run loses, too.
    """
    for attempt in range(reruns):
        try:
            return use_case()
        except RaceLost:
            time.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))
    try:
        return use_case()
    except RaceLost as error:
        raise Throttled from error
