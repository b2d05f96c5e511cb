"""Sends and times requests, up to a number and a time, after a warm-up."""

import asyncio
import math
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from bench.http1 import Connection, Target, connect
from bench.processes import spent

GENERATOR = "this client"


class UnexpectedAnswerError(Exception):
    """A request failed: the measurement would be about something else."""


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie, by nearest rank; NaN for none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[max(1, math.ceil(share * len(ordered))) - 1]


SHARES = {"p50": (0.5, 1), "p95": (0.95, 20), "p99": (0.99, 100)}
"""The percentiles of the tables, and how many values each needs: of fewer it would be the greatest one."""


def percentiles(seconds: Sequence[float]) -> dict[str, float | None]:
    """The percentiles of the tables, in milliseconds; None for too few values."""
    return {
        name: round(percentile(seconds, share) * 1000, 2) if len(seconds) >= least else None
        for name, (share, least) in SHARES.items()
    }


@dataclass(frozen=True, slots=True)
class Bounds:
    """The ends of a measurement; the first one counts."""

    requests: int
    seconds: float


@dataclass(slots=True)
class Recorder:
    """Times requests until its bounds are reached."""

    bounds: Bounds
    latencies: list[float] = field(default_factory=list)
    """Seconds from sending a request to the last byte of its answer."""
    started: float = field(default_factory=time.perf_counter)
    ended: float = 0.0
    sent: int = 0
    throttled: int = 0
    """Answers 429. They are no error: a request may lose a race (docs/contract/conventions.md#throttling)."""

    def more(self) -> bool:
        """Whether another request may be sent."""
        return self.sent < self.bounds.requests and time.perf_counter() - self.started < self.bounds.seconds

    def stop(self) -> None:
        """Send no more requests."""
        self.bounds = Bounds(0, 0.0)

    async def send(self, connection: Connection, request: bytes, expected: int) -> bytes:
        """Send and time one request; its body. Raises `UnexpectedAnswerError` for other statuses, except 429."""
        self.sent += 1
        before = time.perf_counter()
        status, body = await connection.send(request)
        self.ended = time.perf_counter()
        if status == expected:
            self.latencies.append(self.ended - before)
        elif status == 429:
            self.throttled += 1
        else:
            first_line = request.split(b"\r\n", 1)[0].decode()
            raise UnexpectedAnswerError(f"{first_line} answered {status}, not {expected}: {body[:300]!r}")
        return body


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one measurement."""

    name: str
    connections: int
    latencies: list[float]
    seconds: float | None
    """None if the connections did other things between these requests."""
    throttled: int
    cpu: dict[str, float]
    """CPU seconds per request of each of the server's processes, and of the load generator (`GENERATOR`)."""

    @property
    def per_second(self) -> float | None:
        """Successful requests a second, all connections together."""
        return round(len(self.latencies) / self.seconds, 1) if self.seconds else None

    def row(self) -> dict[str, Any]:
        """The result as it stands in the findings."""
        return {
            "name": self.name,
            "connections": self.connections,
            "requests": len(self.latencies),
            "throttled": self.throttled,
            "per_second": self.per_second,
            "ms": percentiles(self.latencies),
            "cpu_ms": {name: round(seconds * 1000, 3) for name, seconds in self.cpu.items()},
        }


Worker = Callable[[Connection, Recorder, int], Coroutine[Any, Any, None]]
"""Sends requests over its connection while `recorder.more()`; the number tells the workers apart."""


def repeat(requests: Sequence[bytes], expected: int) -> Worker:
    """Each connection sends its own request again and again."""
    return in_turn([[request] for request in requests], expected)


def in_turn(requests: Sequence[Sequence[bytes]], expected: int) -> Worker:
    """Each connection sends its own requests one after the other, again and again."""

    async def worker(connection: Connection, recorder: Recorder, number: int) -> None:
        for request in cycle(requests[number % len(requests)]):
            if not recorder.more():
                return
            await recorder.send(connection, request, expected)

    return worker


async def measure(
    target: Target,
    name: str,
    worker: Worker,
    connections: int,
    bounds: Bounds,
    warm_up: Bounds | None = None,
) -> Result:
    """Run one worker per connection, first for the warm-up, which is not counted, then for the bounds."""
    open_connections = [await connect(target) for _ in range(connections)]
    try:
        if warm_up is not None:
            await run(worker, open_connections, Recorder(warm_up))
        cpu = {**target.cpu(), GENERATOR: time.process_time()}
        recorder = Recorder(bounds)
        with target.watching(name, connections):
            await run(worker, open_connections, recorder)
        used = spent(cpu, {**target.cpu(), GENERATOR: time.process_time()})
    finally:
        for connection in open_connections:
            connection.close()
    seconds = recorder.ended - recorder.started
    per_request = {name: cpu_seconds / max(1, recorder.sent) for name, cpu_seconds in used.items()}
    return Result(name, connections, recorder.latencies, seconds, recorder.throttled, per_request)


async def run(worker: Worker, connections: Sequence[Connection], recorder: Recorder) -> None:
    """Run one worker per connection to its end. Raises the first error of one of them."""
    try:
        async with asyncio.TaskGroup() as group:
            for number, connection in enumerate(connections):
                group.create_task(worker(connection, recorder, number))
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
