"""Drawing codes for matches while many are in use: how often a draw meets a taken one."""

from __future__ import annotations

import random
from collections import deque

from shared.domain.ids import DRAWS_PER_WIDTH, MIN_CODE_DIGITS
from shared.usecases.play.codes import REMEMBERED_SECONDS

MATCH_SECONDS = 120.0
"""How long a match lives, and with it its code."""

LASTS_SECONDS, COUNTED_SECONDS = 1.5 * MATCH_SECONDS, 0.25 * MATCH_SECONDS
JOINS_A_SECOND = 6.0
"""Of one environment of the function that starts matches."""


def failed_draws(rate: float, *, remembers: bool, seed: int) -> float:
    """The draws that fail for each match, at so many matches a second. Each costs a transaction."""
    chance = random.Random(seed)
    taken: set[tuple[int, int]] = set()
    living: deque[tuple[float, tuple[int, int]]] = deque()
    memory = [(0, 0.0)] * max(1, round(2 * rate / JOINS_A_SECOND))
    now, failed, matches = 0.0, 0, 0
    while now < LASTS_SECONDS:
        now += 1 / rate
        while living and living[0][0] < now:
            taken.remove(living.popleft()[1])
        environment = chance.randrange(len(memory))
        first = memory[environment][0] if remembers and now < memory[environment][1] else 0
        draws = first
        while (code := _draw(draws, chance)) in taken:
            draws += 1
        shorter = draws - draws % DRAWS_PER_WIDTH
        if shorter > first:
            memory[environment] = (shorter, now + REMEMBERED_SECONDS)
        taken.add(code)
        living.append((now + MATCH_SECONDS, code))
        if now > LASTS_SECONDS - COUNTED_SECONDS:
            failed, matches = failed + draws - first, matches + 1
    return failed / matches


def _draw(failed: int, chance: random.Random) -> tuple[int, int]:
    digits = MIN_CODE_DIGITS + failed // DRAWS_PER_WIDTH
    return digits, chance.randrange(10**digits)
