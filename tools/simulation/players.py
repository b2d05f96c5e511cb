"""The requests of a peak hour, second by second."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping

from tools.player_day import PEAK, PROFILE

SECONDS = 3600
LEAST, MOST = 0.75, 1.25
"""The rate at the hour's ends and in its middle, as multiples of the hour's average."""

Request = tuple[str, str]
"""An endpoint and a case, as docs/endpoints.md names them."""


def rates(players: int) -> dict[Request, float]:
    """The average requests a second of the peak hour, for so many players a day."""
    return {(use.endpoint, use.case): use.times * players * PEAK / 86_400 for use in PROFILE}


def share(second: int) -> float:
    """The rate of a second, as a multiple of the hour's average."""
    return LEAST + (MOST - LEAST) * (1 - abs(2 * second / SECONDS - 1))


def hour(players: int, chance: random.Random) -> Iterator[Mapping[Request, int]]:
    """How often each request comes in each second: by chance, around its rate."""
    average = rates(players)
    for second in range(SECONDS):
        yield {request: _poisson(rate * share(second), chance) for request, rate in average.items()}


def _poisson(mean: float, chance: random.Random) -> int:
    """A number of independent events (Knuth's method; from 50 on the normal distribution is as good)."""
    if mean > 50:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    number, product, end = 0, chance.random(), math.exp(-mean)
    while product > end:
        number, product = number + 1, product * chance.random()
    return number
