"""The parts of a run: each adds its findings."""

import argparse
import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from pong_client import PongError

from bench.delay import delays
from bench.depth import depth
from bench.findings import Findings, new_findings
from bench.http1 import ConnectionBrokenError, Target, Watching, tls_for
from bench.idle import idle_connections
from bench.interference import interference
from bench.listener import ListenError
from bench.load import UnexpectedAnswerError
from bench.measurement import Measurement
from bench.people import People, SetupError
from bench.players import Players
from bench.processes import busy_seconds, cpu_seconds, groups_of, usage
from bench.readers import Readers
from bench.rest import forget_clocks, rest
from bench.routes import Api
from bench.rush import rush
from bench.session import Session, progress
from bench.throughput import chosen
from demo.running import RunningStack, service_token

MEASUREMENT_ERRORS = (
    SetupError,
    UnexpectedAnswerError,
    ListenError,
    ConnectionBrokenError,
    PongError,
    OSError,
)


def target_of(stack: RunningStack, cpu: Callable[[], dict[str, float]] = dict) -> Target:
    """The address of a stack."""
    address = urlsplit(stack.url)
    authority = str(stack.cacert) if address.scheme == "https" else None
    tls = tls_for(authority) if authority else None
    return Target(address.hostname or "localhost", address.port or 443, tls, cpu, authority)


async def measure_parts(
    stack: RunningStack, options: argparse.Namespace, *, own: bool, watching: Watching | None = None
) -> Findings:
    """Measure what the options ask for. `watching` makes a context around each measurement."""
    groups = groups_of(stack.run["pids"])
    target = target_of(stack, lambda: cpu_seconds(groups))
    if watching:
        target = replace(target, watching=watching)
    api, people = (
        Api(target, await service_token(stack.state, options.checkout)),
        People(stack.url, stack.cacert),
    )
    players = Players(target, api, people, max(options.plan.connections))
    session = Session(target, api, people, Readers(target, api, people), players, groups, options.plan)
    parts = _Parts(stack, session, new_findings(options.checkout, stack.url), options.routes, own)
    others = _OtherPrograms(target)
    for name in PARTS:
        if name in options.parts:
            progress(f"measuring {name} …")
            await parts.attempt(name, partial(_WORK[name], parts))
    players.close()
    parts.findings["machine"] += f"; other programs took {others.share():.0%} of the processors meanwhile"
    return parts.findings


class _OtherPrograms:
    """The CPU time of programs beside the stack and this client, since this object was made.

    If it is much, trust the CPU per request more than rates and latencies.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._began = time.monotonic()
        self._before = self._read()

    def share(self) -> float:
        """From 0 to 1, of all processors together."""
        seconds = (time.monotonic() - self._began) * len(os.sched_getaffinity(0))
        return max(0.0, (self._read() - self._before) / seconds)

    def _read(self) -> float:
        return busy_seconds() - sum(self._target.cpu().values()) - time.process_time()


@dataclass(slots=True)
class _Parts:
    """One run."""

    stack: RunningStack
    session: Session
    findings: Findings
    routes: set[str]
    """Those of the part `requests`; all if it is empty."""
    own: bool
    """The stack was started for this run: its clocks of matches don't strike, and its processes may be killed."""

    async def attempt(self, part: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work. An error is noted, and the rest is still measured."""
        try:
            await work()
        except MEASUREMENT_ERRORS as error:
            self.findings["failures"].append(f"{part}: {type(error).__name__}: {error}")
            progress(f"  {self.findings['failures'][-1]}")

    async def memory(self) -> None:
        """Before any request."""
        self.findings["memory"] = [
            {"name": one.name, "processes": one.processes, "rss": one.rss, "pss": one.pss}
            for one in usage(self.session.groups)
        ]

    async def requests(self) -> None:
        """The endpoints."""
        rows = self.findings["requests"] = []

        async def one(measurement: Measurement, connections: int) -> None:
            for result in await measurement.run(self.session, connections):
                rows.append(row := result.row())
                rate = "" if row["per_second"] is None else f" {row['per_second']:.0f}/s,"
                progress(f"  {row['name']} at {connections}:{rate} p50 {row['ms']['p50']} ms")

        for measurement, connections in chosen(self.routes, self.session.plan):
            if self.own:
                await asyncio.to_thread(forget_clocks, self.stack)
            await self.attempt(
                f"{measurement.routes[0]} at {connections}", partial(one, measurement, connections)
            )
            if measurement.leaves_work:
                await self._rest()
        await self._rest()

    async def _rest(self) -> None:
        await rest(self.stack, self.session.target, own=self.own)

    async def logins(self) -> None:
        """Others beside logins."""
        self.findings["beside_logins"] = await interference(self.session)

    async def events(self) -> None:
        """The delay of events."""
        self.findings["events"] = await delays(self.session)
        await self._rest()

    async def depth(self) -> None:
        """A long conversation."""
        self.findings["depth"] = await depth(self.session)

    async def idle(self) -> None:
        """Many idle streams."""
        self.findings["idle"] = await idle_connections(self.session)
        await self._rest()

    async def rush(self) -> None:
        """All streams come back at once."""
        if not self.own:
            raise SetupError("the SSE process of a stack in use isn't killed: add --own")
        self.findings["rush"] = await rush(self.session)


_WORK: dict[str, Callable[[_Parts], Awaitable[None]]] = {
    "memory": _Parts.memory,
    "requests": _Parts.requests,
    "logins": _Parts.logins,
    "events": _Parts.events,
    "depth": _Parts.depth,
    "idle": _Parts.idle,
    "rush": _Parts.rush,
}

PARTS = tuple(_WORK)
"""Memory first, before any request; the many streams last, because they leave memory behind."""
