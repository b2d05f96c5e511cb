"""The walls: what a peak hour uses of every limit of AWS and of the stack, of single items and of partitions."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from infra.cloud.api import throttles
from shared.settings import Settings
from shared.store.keys import GUEST_SHARDS, MATCH_SHARDS
from tools.capacity import STREAMS_PER_CONTAINER, default, matches_at_once, matches_of_a_game_server
from tools.costs import CPU_HEAVY, CPU_HEAVY_SECONDS, FUNCTION_SECONDS, JOIN, JOIN_SECONDS
from tools.player_day import online
from tools.simulation import quotas
from tools.simulation.codes import failed_draws
from tools.simulation.partitions import AFTER, BEFORE, measured, taken
from tools.simulation.players import MOST, Request, hour, rates
from tools.simulation.queue import JOIN_UNITS, START_UNITS, Outcome, Queue

SIZES = (100_000, 1_000_000, 10_000_000)
"""Players a day."""

KEPT_SECONDS = Settings().presence_lease_seconds / 3
"""A process reads the leases once in this time."""

CLOCK_TRANSITIONS = 7
"""State transitions of a match's clock, when it was an execution of its own (before decision 24)."""

PAIRED: Request = (JOIN, "and pair")
ALONE: Request = (JOIN, "alone")

PASSWORDS = {f"{one['HttpMethod']} {one['ResourcePath'][1:].replace('~1', '/')}/" for one in throttles()}
"""The endpoints that PasswordsPerSecond throttles."""


@dataclass(frozen=True, slots=True)
class Wall:
    """A limit, and what to do before it binds."""

    name: str
    limit: float
    unit: str
    what_to_do: str


WALLS = {
    "game": Wall(
        "the stack's game server",
        matches_of_a_game_server(),
        "matches at once",
        "`GameCpu=1024`: twice as many; then game servers of your own (`GameUrl`)",
    ),
    "leases": Wall(
        "the item of the leases", quotas.PARTITION_READS, "reads/s", "nothing: a process keeps them"
    ),
    "queue": Wall(
        "the hottest shard of the duel queue",
        quotas.PARTITION_WRITES,
        "writes/s",
        "nothing: it spreads by itself",
    ),
    "draws": Wall("codes: draws that fail", 1.0, "for each match", "nothing: codes get longer by themselves"),
    "streams": Wall(
        "SSE containers that read a shard of the stream",
        quotas.STREAM_READERS - 1,
        "container",
        "[past one pair of readers](#past-one-pair-of-stream-readers)",
    ),
    "starts": Wall(
        "Step Functions, StartExecution",
        quotas.START_EXECUTIONS,
        "matches/s",
        "nothing: clocks of matches wait in a queue",
    ),
    "transitions": Wall("Step Functions, StateTransition", quotas.STATE_TRANSITIONS, "states/s", "as before"),
    "lambda": Wall("Lambda, concurrent executions", quotas.LAMBDA_CONCURRENCY, "at once", "Service Quotas"),
    "api": Wall(
        "API Gateway, requests",
        quotas.API_REQUESTS,
        "requests/s",
        "Service Quotas; `RequestsPerSecond`, `RequestsAtOnce`",
    ),
    "calls": Wall(
        "the API's stage, its busiest call", default("RequestsPerSecond"), "requests/s", "`RequestsPerSecond`"
    ),
    "passwords": Wall(
        "the same, of those that hash passwords or make accounts",
        default("PasswordsPerSecond"),
        "requests/s",
        "`PasswordsPerSecond`",
    ),
    "reads": Wall(
        "the table, reads", quotas.TABLE_READS, "units/s", "Service Quotas; `WarmThroughput` before a launch"
    ),
    "writes": Wall("the table, writes", quotas.TABLE_WRITES, "units/s", "as before"),
    "running": Wall(
        "a shard of the list of running matches",
        quotas.PARTITION_WRITES,
        "writes/s",
        "more `MATCH_SHARDS` (`shared/store/keys.py`), each match with its shard in its row: read in one release, "
        "written in the next",
    ),
    "guests": Wall(
        "a shard of the list of guests", quotas.PARTITION_WRITES, "writes/s", "`GUEST_SHARDS`, likewise"
    ),
    "cdn": Wall("CloudFront, requests", quotas.CDN_REQUESTS, "requests/s", "Service Quotas"),
}


@dataclass(frozen=True, slots=True)
class Peak:
    """A peak hour: what its busiest second uses of each wall, and how its queue works."""

    players: int
    use: Mapping[str, float]
    minutes: list[dict[str, float]]
    """What the walls that change from second to second use, minute by minute (averages)."""
    queue: Mapping[str, float]


def peak(players: int, *, after: bool, seed: int) -> Peak:
    """Play the peak hour of a day with so many players."""
    units, chance = measured(AFTER if after else BEFORE), random.Random(seed)
    before = measured(BEFORE)
    joins = _middle(players, ALONE) + _middle(players, PAIRED)
    outcome = Queue(joins, spread=after, seed=seed).run()
    busiest, minutes = Counter[str](), []
    minute = Counter[str]()
    join_seconds = outcome.duration() or JOIN_SECONDS
    for second, counts in enumerate(hour(players, chance)):
        at_once = _at_once(counts, join_seconds)
        use = _use(counts, at_once, taken(counts, units), taken(counts, before)[0]["SSE"], after=after)
        busiest |= Counter(use)
        minute.update(use)
        if second % 60 == 59:
            minutes.append({name: value / 60 for name, value in minute.items()})
            minute.clear()
    fixed = {
        # Without shards the one partition has to give all units; a queue that collapses wants many more.
        "queue": outcome.hottest(outcome.writes) if after else joins * (JOIN_UNITS + START_UNITS / 2),
        "draws": failed_draws(_middle(players, PAIRED), remembers=after, seed=seed),
        "streams": online(players) / STREAMS_PER_CONTAINER,
        "game": matches_at_once(players),
        **_throttled(players),
    }
    return Peak(players, {**dict.fromkeys(WALLS, 0.0), **busiest, **fixed}, minutes, _queue(outcome, joins))


def _middle(players: int, request: Request) -> float:
    """How often a second a request comes in the middle of the hour."""
    return rates(players)[request] * MOST


def _throttled(players: int) -> dict[str, float]:
    """Requests a second of the busiest call, in the middle of the hour: a burst takes what chance adds."""
    calls = Counter[str]()
    for (endpoint, _), rate in rates(players).items():
        calls[endpoint] += rate * MOST  # type: ignore[assignment] # counters may hold fractions
    passwords = max(rate for endpoint, rate in calls.items() if endpoint in PASSWORDS)
    return {"calls": max(calls.values()), "passwords": passwords}


def _at_once(counts: Mapping[Request, int], join_seconds: float) -> dict[Request, float]:
    """How many requests of a second are executed at the same time."""
    seconds = dict.fromkeys(CPU_HEAVY, CPU_HEAVY_SECONDS) | {JOIN: join_seconds}
    return {request: times * seconds.get(request[0], FUNCTION_SECONDS) for request, times in counts.items()}


def _use(
    counts: Mapping[Request, int],
    at_once: Mapping[Request, float],
    units: tuple[Counter[str], Counter[str]],
    lease_reads: float,
    *,
    after: bool,
) -> dict[str, float]:
    reads, writes = units
    # An environment answers one request at a time. Chance takes some more of them than the average needs.
    environments = sum(busy + 3 * busy**0.5 for busy in at_once.values())
    leases = min(lease_reads, environments / KEPT_SECONDS) if after else lease_reads
    requests, matches = sum(counts.values()), counts[PAIRED]
    return {
        "leases": leases,
        "starts": 0 if after else matches,
        "transitions": 0 if after else matches * CLOCK_TRANSITIONS,
        "lambda": sum(at_once.values()),
        "api": requests,
        "cdn": requests,
        "reads": sum(reads.values()) + (leases if after else 0),
        "writes": sum(writes.values()),
        "running": writes["RUNNING#*"] / MATCH_SHARDS,
        "guests": writes["GUESTS#*"] / GUEST_SHARDS,
    }


def _queue(outcome: Outcome, joins: float) -> dict[str, float]:
    matches = max(1, len(outcome.waits) // 2)
    return {
        "joins": round(joins),
        "shards": sum(units > 0 for units in outcome.writes.values()),
        "lasts": round(outcome.duration(), 3),
        "p50": round(outcome.wait(50), 3),
        "p99": round(outcome.wait(99), 3),
        "overtaking": round(outcome.overtaking / matches, 4),
        "moved": round(outcome.moves / max(1, outcome.joins), 4),
        "refused": round(outcome.refused / max(1, outcome.joins), 4),
        "collapsed": outcome.collapsed,
    }


def binds_at(name: str, players: int, use: float) -> float:
    """The players a day at which a wall binds, if its use grows with them."""
    return players * WALLS[name].limit / use if use else float("inf")
