"""Running a use case again when it lost a race (design, section 3)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from shared.domain.errors import RaceLost, Throttled

Result = TypeVar("Result")

RERUNS = 3
PATIENT_RERUNS = 8
"""For what has to be, and that others could only ask for again: tasks, ends of sessions, what game servers report.
Eight matches of one tournament that end at the same instant change the same item. At most five seconds of pauses.
"""
FIRST_PAUSE_SECONDS = 0.02


def rerun(use_case: Callable[[], Result], reruns: int = RERUNS) -> Result:
    """The result of `use_case`, started again from its first read after each lost race, at most so many times.

    Between two runs it waits a random while that doubles, so that two who collided don't collide again
    (AWS, exponential backoff and jitter). Throttled when the last run lost, too.
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
