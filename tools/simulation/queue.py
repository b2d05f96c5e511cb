"""The duel queue, event by event: requests join it, pair, move between shards, and are throttled by hot partitions.

The requests do what shared/usecases/play/matchmaking.py does, with the product's own rule for shards. Times of calls
are assumed.
"""

from __future__ import annotations

import heapq
import random
from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Generator
from dataclasses import dataclass, field
from statistics import quantiles

from shared.domain.play.crowds import FRESH_SECONDS, Crowd
from shared.usecases.play.matchmaking import MEETING_SECONDS, PAIRING_SECONDS, PAUSE_SECONDS
from shared.usecases.play.shards import KEPT_SECONDS
from tools.simulation.quotas import PARTITION_WRITES

CALL_SECONDS = 0.005
TRANSACTION_SECONDS = 0.012
PYTHON_SECONDS = 0.01
"""Before each call. A call takes at least 0.7 times as long as said here; the rest varies."""

JOIN_UNITS, START_UNITS = 2, 4
"""Write units of the shard's partition: a ticket in a transaction, and the two tickets of a match."""

RETRIES = 2
LASTS_SECONDS, COUNTED_FROM = 16.0, 8.0
"""Until COUNTED_FROM the rate grows from nothing to its height, and nothing is counted."""

COLLAPSED = 1_000
"""So many tickets that wait and may meet end the simulation: the queue no longer keeps up."""

OVERTAKEN_SECONDS = 0.3

Steps = Generator[float, None, None]
"""A request: yields the seconds until it goes on."""


@dataclass(slots=True, order=True)
class Waiting:
    """A ticket."""

    joined: float
    number: int
    used: bool = field(default=False, compare=False)


@dataclass(slots=True, eq=False)
class Environment:
    """An execution environment of the function: it remembers the crowd that it has seen."""

    crowd: Crowd = field(default_factory=Crowd)
    seen_at: float = -KEPT_SECONDS


@dataclass(slots=True)
class Outcome:
    """What came of it, from COUNTED_FROM on."""

    joins: int = 0
    refused: int = 0
    conflicts: int = 0
    moves: int = 0
    overtaking: int = 0
    """Matches made while a ticket waited that is older by more than OVERTAKEN_SECONDS."""
    durations: list[float] = field(default_factory=list)
    """Seconds of the joins."""
    waits: list[float] = field(default_factory=list)
    """Seconds from joining to the match, for each player."""
    writes: Counter[int] = field(default_factory=Counter)
    reads: Counter[int] = field(default_factory=Counter)
    environments: int = 0
    left: int = 0
    """Tickets that wait at the end and may meet."""
    collapsed: bool = False

    def hottest(self, units: Counter[int]) -> float:
        """Units a second of the shard with the most: those wanted, whether it gave them or not."""
        return max(units.values(), default=0) / (LASTS_SECONDS - COUNTED_FROM)

    def duration(self) -> float:
        """Seconds of a join, on average; 0 when the queue collapsed before any was counted."""
        return sum(self.durations) / max(1, len(self.durations))

    def wait(self, percent: int) -> float:
        """Seconds until a match, which so many percent don't exceed."""
        return quantiles(self.waits, n=100)[percent - 1] if len(self.waits) > 1 else 0.0


class Queue:
    """The queue at a rate of joins (a second); with `spread` the requests choose shards."""

    def __init__(self, rate: float, *, spread: bool, seed: int) -> None:
        self.rate, self.spread, self.random = rate, spread, random.Random(seed)
        self.now = 0.0
        self.shards: dict[int, list[Waiting]] = defaultdict(list)
        self.budget: dict[int, tuple[float, float]] = {}
        self.free: list[Environment] = []
        self.outcome = Outcome()
        self._events: list[tuple[float, int, Steps]] = []
        self._number = 0

    def run(self) -> Outcome:
        """Let players join until LASTS_SECONDS, then let the requests end."""
        self._plan(0.0, self._arrivals())
        while self._events:
            self.now, _, steps = heapq.heappop(self._events)
            if (pause := next(steps, None)) is not None:
                self._plan(pause, steps)
            if len(self.shards[0]) > COLLAPSED:
                self.outcome.collapsed = True
                break
        self.outcome.left = sum(len(shard) for shard in self.shards.values())
        return self.outcome

    def _plan(self, pause: float, steps: Steps) -> None:
        self._number += 1
        heapq.heappush(self._events, (self.now + pause, self._number, steps))

    def _arrivals(self) -> Steps:
        while self.now < LASTS_SECONDS:
            self._plan(0.0, self._request())
            yield self.random.expovariate(self.rate * min(1.0, max(0.02, self.now / COUNTED_FROM)))

    def _request(self) -> Steps:
        if not self.free:
            self.outcome.environments += 1
        begun, environment = self.now, self.free.pop() if self.free else Environment()
        yield from self._call(CALL_SECONDS)
        crowd = environment.crowd if self.now - environment.seen_at < KEPT_SECONDS else Crowd()
        shard = self.random.randrange(crowd.shards) if self.spread else 0
        counted = self.now >= COUNTED_FROM
        self.outcome.joins += counted
        if (yield from self._write({shard: JOIN_UNITS})):
            self._number += 1
            ticket = Waiting(self.now, self._number)
            insort(self.shards[shard], ticket)
            others = yield from self._pair(ticket, shard, MEETING_SECONDS if shard else 0.0)
            environment.crowd, environment.seen_at = crowd.seen(others), self.now
            if shard and not ticket.used and (yield from self._move(ticket, shard)):
                yield from self._pair(ticket, 0, 0.0)
        else:
            self.outcome.refused += counted
        if counted:
            self.outcome.durations.append(self.now - begun)
        self.free.append(environment)

    def _pair(self, ticket: Waiting, shard: int, patience: float) -> Generator[float, None, int]:
        """As `start_matches`. Returns how many other fresh tickets the first look showed."""
        begun, others_had_their_turn, others = self.now, False, -1
        while self.now < begun + PAIRING_SECONDS:
            yield from self._call(CALL_SECONDS)
            tickets = list(self.shards[shard])
            self.outcome.reads[shard] += self.now >= COUNTED_FROM
            if others < 0:
                others = sum(self.now - other.joined < FRESH_SECONDS for other in tickets) - 1
            if ticket.used or (len(tickets) < 2 and self.now >= begun + patience):
                break
            if len(tickets) >= 2:
                at = tickets.index(ticket)
                mine = (at ^ 1) < len(tickets)
                if others_had_their_turn or (mine and at % 2):
                    first = (at if mine else 2 * self.random.randrange(len(tickets) // 2)) & ~1
                    if (yield from self._start(tickets[first : first + 2], shard)) and mine:
                        break
            others_had_their_turn = True
            yield self.random.uniform(0, PAUSE_SECONDS)
        return max(others, 0)

    def _start(self, pair: list[Waiting], shard: int) -> Generator[float, None, bool]:
        yield from self._call(CALL_SECONDS)
        written = not any(one.used for one in pair) and (yield from self._write({shard: START_UNITS}))
        if not written or any(one.used or one not in self.shards[shard] for one in pair):
            self.outcome.conflicts += self.now >= COUNTED_FROM
            return False
        for one in pair:
            one.used = True
            self.shards[shard].remove(one)
        if self.now >= COUNTED_FROM:
            self.outcome.waits += [self.now - one.joined for one in pair]
            oldest = min((shard[0].joined for shard in self.shards.values() if shard), default=self.now)
            self.outcome.overtaking += oldest < pair[0].joined - OVERTAKEN_SECONDS
        return True

    def _move(self, ticket: Waiting, shard: int) -> Generator[float, None, bool]:
        yield from self._call(CALL_SECONDS)
        if not (yield from self._write({shard: JOIN_UNITS, 0: JOIN_UNITS})) or ticket.used:
            return False
        self.outcome.moves += self.now >= COUNTED_FROM
        self.shards[shard].remove(ticket)
        insort(self.shards[0], ticket)
        return True

    def _call(self, seconds: float) -> Steps:
        yield (seconds + PYTHON_SECONDS) * (0.7 + self.random.expovariate(1 / 0.3))

    def _write(self, units: dict[int, int]) -> Generator[float, None, bool]:
        """Whether a transaction wasn't refused by a partition over its limit, with the retries of the client."""
        if self.now >= COUNTED_FROM:
            self.outcome.writes.update(units)
        for attempt in range(RETRIES + 1):
            yield from self._call(TRANSACTION_SECONDS)
            if self._within_limits(units):
                return True
            yield self.random.uniform(0, 0.05 * 2**attempt)
        return False

    def _within_limits(self, units: dict[int, int]) -> bool:
        left = {}
        for shard, wanted in units.items():
            level, at = self.budget.get(shard, (PARTITION_WRITES, 0.0))
            left[shard] = min(PARTITION_WRITES, level + (self.now - at) * PARTITION_WRITES) - wanted
        if min(left.values()) < 0:
            return False
        self.budget |= {shard: (level, self.now) for shard, level in left.items()}
        return True
