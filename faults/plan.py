"""What a run is: its seed, length, faults and load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from faults.load.mix import WHOLE, Mix

RATES: Mapping[str, float] = {
    "throttled": 0.01,
    "conflict": 0.01,
    "in_progress": 0.005,
    "failed": 0.003,
    "failed_after": 0.005,
    "cut": 0.002,
    "cut_after": 0.005,
    "silent": 0.0005,
    "silent_after": 0.001,
    "late": 0.001,
    "delayed": 0.01,
    "in_part": 0.02,
    "stream_limited": 0.005,
    "iterator_expired": 0.002,
    "trimmed": 0.0002,
    "page_empty": 0.02,
    "page_short": 0.05,
    "records_repeated": 0.05,
    "records_shuffled": 0.05,
}
"""The share of calls that each kind of fault befalls, of the actions that it concerns. A silent one takes a client
three seconds, and after a trimmed stream everyone fetches the state anew: they are rare."""

SETTINGS = {
    # Rate limits would refuse most of the load.
    "LIMIT_FACTOR": "1e6",
    "CONNECT_TIMEOUT_SECONDS": "20",
    "MATCH_MAX_SECONDS": "60",
    "RANKED_WIDEN_SECONDS": "1",
    "PRESENCE_LEASE_SECONDS": "15",
    "TOURNAMENT_COUNTDOWN_SECONDS": "5",
    "TOURNAMENT_PAUSE_SECONDS": "1",
    "TOURNAMENT_CHECK_SECONDS": "5",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """One run."""

    seed: int
    minutes: float
    """Of load; longer, up to `times_longer`, until there are enough deliveries and kills and each fault was noticed."""
    kills: int = 0
    """Of processes, spread over the run; there are about as many pauses."""
    deliveries: int = 0
    """To reach at least."""
    operations: tuple[str, ...] = ()
    """Each of these to be acknowledged at least once."""
    standing: tuple[tuple[str, ...], ...] = ()
    """Kinds of rows; of each group the table has to have one at a moment at which it is read during the load."""
    rates: Mapping[str, float] = field(default_factory=lambda: dict(RATES))
    planted: str | None = None
    planted_rate: float = 0.1
    planted_times: int = 1
    """How often the planted bug has to strike."""
    mix: Mix = WHOLE
    pace: float = 1.0
    settle_seconds: float = 120.0
    """After the load, at most: timers end, and what erased accounts left goes."""
    times_longer: float = 2.0
