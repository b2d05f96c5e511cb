"""The findings of a soak: figures, plots, tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self

from pydantic import TypeAdapter

from bench.goals import MIB, Goal
from bench.load import percentile
from bench.plots import Plot, Series
from bench.report import table

HEAD = """# A soak: one connection writes for a long time

`make soak ARGS=--publish` has made this page. It starts a stack, and over one connection sends a message and makes a
guest in turn. The limits are charged but refuse nothing. A slow write is explained by what the engine did then, and by
how long the threads of the stack and of the load generator waited for a processor that other threads had, the stack's
own or those of other programs. Threads wait beside each other, so the longest wait of one thread is what counts. The
kernel counts waits for the disk for the whole machine (/proc/pressure/io): the stack's own, for its logs, are among
them. A processor stands still while a program on it that only sleeps wakes up late, though no other program has it
(`bench/standstill.py`): the host of a virtual machine took it away, or stopped the machine. Where other programs are
busy, `chrt -r 1 make soak ARGS=--publish` as root gives the stack and its client the priority over them.
"""

GOAL_SECONDS = 0.1
KEPT_SLOW = 100
PARTS = 240
"""The latencies are drawn for so many parts of the time."""
BY_COLLECTION, BY_PROCESSOR = "collection of garbage in the engine", "waiting for a processor"
BY_DISK = "waiting for the disk"
BY_MACHINE = "a processor stood still"


@dataclass(frozen=True, slots=True)
class Write:
    """One request: seconds since the beginning, seconds that it took, what it wrote."""

    at: float
    seconds: float
    kind: str


@dataclass(slots=True)
class Slow:
    """A write over 50 ms."""

    at: float
    seconds: float
    kind: str
    collecting: float
    """Seconds of it in which the engine collected garbage."""
    waited: dict[str, float]
    """Seconds that the thread of each process that waited longest waited for a processor meanwhile."""
    repeated: list[str] = field(default_factory=list)
    """Calls to DynamoDB in it that were made again, as they got no answer."""
    disk: float = 0.0
    """Seconds of it in which some program of the machine waited for the disk."""
    still: float = 0.0
    """Seconds of it in which a processor stood still."""

    def cause(self) -> str:
        """What took most of it."""
        if self.repeated:
            return "; ".join(self.repeated)
        if self.still > self.seconds / 2:
            return BY_MACHINE
        if self.collecting > self.seconds / 2:
            return BY_COLLECTION
        if self.rest() < self.seconds / 2:
            return BY_DISK if self.disk > max(self.waited.values()) else BY_PROCESSOR
        return "unknown"

    def rest(self) -> float:
        """Its seconds without the longest of its waits: for a processor, for the disk, for one that stood still."""
        return max(0.0, self.seconds - max(*self.waited.values(), self.disk, self.still))


@dataclass(frozen=True, slots=True)
class Sample:
    """The stack at one moment, seconds since the beginning."""

    at: float
    memory: dict[str, int]
    """Resident bytes by process."""
    items: int
    records: int
    """In the table's stream."""
    others: float
    """CPU seconds of other programs so far."""


@dataclass(frozen=True, slots=True)
class Part:
    """The writes of a part of the time; milliseconds."""

    at: float
    median: float
    slowest: float


@dataclass(frozen=True, slots=True)
class Soak:
    """All that is kept of a soak."""

    machine: str
    rate: float
    """Writes a second that were asked for; 0 for as many as there could be."""
    seconds: float
    writes: int
    milliseconds: dict[str, dict[str, float]]
    """Of each kind of write, by percentile."""
    over_50_ms: int
    over_100_ms: int
    slow: list[Slow]
    """Those over 50 ms, a hundred at most: first the ones that waits explain least."""
    parts: list[Part]
    samples: list[Sample]
    collections: list[tuple[float, float]]
    """Collections in the engine over 5 ms: when they began, seconds."""
    stored_bytes: int
    """Size of all items at the end, as DynamoDB counts."""
    standstills: list[tuple[float, float]] = field(default_factory=list)
    """Of one processor each, over 20 ms: when they began, seconds."""

    @classmethod
    def of(
        cls, machine: str, rate: float, writes: Sequence[Write], slow: list[Slow],
        samples: list[Sample], collections: list[tuple[float, float]], stored_bytes: int,
        standstills: list[tuple[float, float]],
    ) -> Self:  # fmt: skip
        """Sum up what was measured."""
        seconds = writes[-1].at + writes[-1].seconds
        kinds = {
            kind: [w.seconds for w in writes if w.kind == kind] for kind in sorted({w.kind for w in writes})
        }
        return cls(
            machine, rate, seconds, len(writes), {kind: _percentiles(each) for kind, each in kinds.items()},
            len(slow), sum(write.seconds > GOAL_SECONDS for write in writes),
            sorted(slow, key=lambda each: (-each.rest(), -each.seconds))[:KEPT_SLOW],
            _parts(writes, seconds / PARTS), samples, collections, stored_bytes, standstills,
        )  # fmt: skip

    def to_json(self) -> str:
        """For a file."""
        return TypeAdapter(type(self)).dump_json(self).decode() + "\n"

    @classmethod
    def of_json(cls, text: str) -> Self:
        """What `to_json` made."""
        return TypeAdapter(cls).validate_json(text)


def _percentiles(seconds: Sequence[float]) -> dict[str, float]:
    shares = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999, "slowest": 1.0}
    return {name: round(percentile(seconds, share) * 1000, 2) for name, share in shares.items()}


def _parts(writes: Sequence[Write], length: float) -> list[Part]:
    found: dict[int, list[float]] = {}
    for write in writes:
        found.setdefault(int(write.at / length), []).append(write.seconds * 1000)
    return [
        Part(round(number * length, 2), round(percentile(ms, 0.5), 2), round(max(ms), 2))
        for number, ms in found.items()
    ]


def growth(found: Soak, name: str) -> list[float]:
    """Bytes that a process grew by for each item that was stored, by quarter. The first ones fill buffers."""
    return [
        (after.memory[name] - before.memory[name]) / max(1, after.items - before.items)
        for before, after in pairwise(_quarters(found))
    ]


def goals(found: Soak) -> list[Goal]:
    """What a soak has to show."""
    slowest = max(each["slowest"] for each in found.milliseconds.values())
    *_, before, last = growth(found, "engine")
    apart = max((write.rest() for write in found.slow), default=0.0) * 1000
    return [
        Goal("slowest write at one connection", "≤ 100 ms", f"{slowest:.0f} ms", slowest <= GOAL_SECONDS * 1000),
        Goal("the same, without waits and standstills", "≤ 100 ms",
             f"{apart:.0f} ms" if found.slow else "≤ 50 ms", apart <= GOAL_SECONDS * 1000),
        Goal("engine, bytes for each stored item: the last quarter", "≤ 1.05 × the one before",
             f"{last:,.0f} after {before:,.0f}", last <= before * 1.05),
    ]  # fmt: skip


def page(found: Soak) -> str:
    """The page of the results."""
    return f"{HEAD}\n{tables(found)}\n![latencies, memory, stored items over time](soak.svg)\n"


def tables(found: Soak) -> str:
    """The figures."""
    asked = f"{found.rate:g} a second" if found.rate else "as many as there can be"
    last = found.samples[-1]
    others = (last.others - found.samples[0].others) / found.seconds
    intro = (
        f"{found.writes:,} writes over one connection in {found.seconds / 60:.0f} minutes ({asked}),"
        f" on {found.machine}. Other programs took {others:.2f} processors meanwhile."
        f" At the end {last.items:,} items were stored, {found.stored_bytes / MIB:.1f} MiB as DynamoDB counts."
    )
    latencies = [[kind, *(f"{ms:.1f}" for ms in each.values())] for kind, each in found.milliseconds.items()]
    memory = [[name, *(f"{s.memory[name] / MIB:.0f}" for s in _quarters(found))] for name in last.memory]
    met = [[goal.name, goal.wanted, goal.found, "met" if goal.met else "MISSED"] for goal in goals(found)]
    longest, stood = (
        max((seconds for _, seconds in each), default=0.0) * 1000
        for each in (found.collections, found.standstills)
    )
    parts = [
        intro,
        table(["write, ms", "p50", "p99", "p99.9", "slowest"], latencies),
        table(["resident MiB", "at first", "at a quarter", "half", "three quarters", "at the end"], memory),
        f"Collections of garbage in the engine over 5 ms: {len(found.collections)}, the longest {longest:.0f} ms."
        f" Standstills of a processor over 20 ms: {len(found.standstills)}, the longest {stood:.0f} ms."
        f" Writes over 100 ms: {found.over_100_ms}, over 50 ms: {found.over_50_ms}"
        + (":" if found.slow else "."),
    ]
    if found.slow:
        parts.append(
            table(
                [
                    "at, s",
                    "write",
                    "ms",
                    "without waits",
                    "most of it",
                    *_waits(found.slow[0].waited),
                    "disk, ms",
                    "stood still, ms",
                ],
                _slow_rows(found),
            )
        )
    return "\n\n".join([*parts, table(["goal", "wanted", "found", ""], met), ""])


def _waits(waited: dict[str, float]) -> list[str]:
    return [f"{name} waited, ms" for name in waited]


def _slow_rows(found: Soak) -> list[list[str]]:
    return [
        [f"{write.at:.0f}", write.kind, f"{write.seconds * 1000:.0f}", f"{write.rest() * 1000:.0f}", write.cause(),
         *(f"{seconds * 1000:.0f}" for seconds in (*write.waited.values(), write.disk, write.still))]
        for write in found.slow[:20]
    ]  # fmt: skip


def _quarters(found: Soak) -> list[Sample]:
    last = len(found.samples) - 1
    return [found.samples[last * quarter // 4] for quarter in range(5)]


def pictures(found: Soak) -> list[Plot]:
    """Latencies, collections, memory, what is stored: over the same time."""

    def over_time(of: Callable[[Sample], float]) -> list[tuple[float, float]]:
        return [(sample.at / 60, of(sample)) for sample in found.samples]

    slowest = [(part.at / 60, part.slowest) for part in found.parts]
    median = [(part.at / 60, part.median) for part in found.parts]
    collected = [(at / 60, seconds * 1000) for at, seconds in found.collections]
    names = found.samples[-1].memory
    return [
        Plot("Writes at one connection", "minutes", "ms", [
            Series("slowest", slowest, dots=True), Series("median", median),
            Series("collections in the engine over 5 ms", collected, dots=True),
        ], log_y=True, goals=[("goal", GOAL_SECONDS * 1000)]),
        Plot("Resident memory", "minutes", "MiB", [
            Series(name, [(each.at / 60, each.memory[name] / MIB) for each in found.samples]) for name in names
        ]),
        Plot("Stored", "minutes", "thousands", [
            Series("items", over_time(lambda sample: sample.items / 1000)),
            Series("records of the stream", over_time(lambda sample: sample.records / 1000)),
        ]),
    ]  # fmt: skip
