"""Throughput, latency, event delay and memory of a stack: `make bench`, or `python -m bench --help`.

Measures the stack on the port. If there is none, it starts one of its own and stops it afterwards.
Exit code 0 if everything was measured, even if goals are missed; 1 if not; 2 without a stack.
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from pong_client import PongError

from bench.delay import delays
from bench.depth import depth
from bench.http1 import ConnectionBrokenError, Target, connect, tls_for
from bench.idle import idle_connections
from bench.interference import interference
from bench.listener import ListenError
from bench.load import Result, UnexpectedAnswerError
from bench.own_stack import own_stack
from bench.people import People, SetupError
from bench.plan import FULL, QUICK, Plan
from bench.processes import busy_seconds, cpu_seconds, groups_of, usage
from bench.report import Findings, as_json, markdown
from bench.throughput import measurements
from demo.running import NotRunningError, RunningStack, find_stack, service_token, state_of
from shared.settings import Settings

PARTS = ("memory", "requests", "logins", "events", "depth", "idle")
SETTLE_ATTEMPTS = 60
RESTING_CPU = 0.25
"""CPU seconds a second: the stack's polls take about half of that."""

MEASUREMENT_ERRORS = (
    SetupError,
    UnexpectedAnswerError,
    ListenError,
    ConnectionBrokenError,
    PongError,
    OSError,
)


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--port", type=int, default=4443, help="port of the stack to measure (4443)")
    parser.add_argument("--state", type=Path, help="its state directory (.local/<port>)")
    parser.add_argument("--own", action="store_true", help="start a stack of its own even if one is running")
    parser.add_argument("--quick", action="store_true", help="fewer requests, 200 idle connections: a minute")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part only; may be repeated")
    parser.add_argument("--idle-connections", type=int, help="how many to hold (2000, quick: 200)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the findings there too")
    return parser.parse_args(argv)


async def run(options: argparse.Namespace) -> Findings:
    """Measure the running stack or an own one."""
    state = options.state or state_of(options.port)
    if not options.own:
        try:
            stack = find_stack(state)
            await _answers(stack)
        except NotRunningError as error:
            _progress(f"{error} Starting one for the measurement instead.")
        else:
            return await _measure(stack, options, clocks=True)
    async with own_stack() as stack:
        return await _measure(stack, options, clocks=False)


async def _answers(stack: RunningStack) -> None:
    try:
        (await connect(_target(stack))).close()
    except OSError as error:
        raise NotRunningError(f"The stack at {stack.url} doesn't answer ({error}).") from error


def _target(stack: RunningStack, cpu: Callable[[], dict[str, float]] = dict) -> Target:
    address = urlsplit(stack.url)
    tls = tls_for(str(stack.cacert)) if address.scheme == "https" else None
    return Target(address.hostname or "localhost", address.port or 443, tls, cpu)


async def _measure(stack: RunningStack, options: argparse.Namespace, *, clocks: bool) -> Findings:
    groups = groups_of(stack.run["pids"])
    target = _target(stack, lambda: cpu_seconds(groups))
    session = _Session(
        target,
        People(stack.url, stack.cacert),
        await service_token(stack.state),
        groups,
        QUICK if options.quick else FULL,
        event_rounds=40 if options.quick else 200,
        held=options.idle_connections or (200 if options.quick else 2000),
        clocks=clocks,
        findings=Findings(_machine(stack)),
    )
    others = _OtherPrograms(target)
    # Memory first, before any request; the many connections last, because they leave memory behind.
    for name in PARTS:
        if not options.only or name in options.only:
            _progress(f"measuring {name} …")
            await session.attempt(name, getattr(session, name))
    session.findings.machine += f"; other programs took {others.share():.0%} of the processors meanwhile"
    return session.findings


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
class _Session:
    """One run. Each part of PARTS is a method that adds its findings."""

    target: Target
    people: People
    service: str
    groups: dict[str, list[int]]
    """The stack's processes by name."""
    plan: Plan
    event_rounds: int
    held: int
    clocks: bool
    """Whether match clocks strike during the measurement."""
    findings: Findings

    async def attempt(self, part: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work. An error is noted, and the rest is still measured."""
        try:
            await work()
        except MEASUREMENT_ERRORS as error:
            self.findings.failures.append(f"{part}: {type(error).__name__}: {error}")
            _progress(f"  {self.findings.failures[-1]}")

    async def memory(self) -> None:
        self.findings.memory = usage(self.groups)

    async def requests(self) -> None:
        async def one(measurement: Callable[[], Awaitable[Result]]) -> None:
            result = await measurement()
            self.findings.results.append(result)
            rate = f"{result.per_second:.0f}/s, p50 {result.ms(0.5):.1f} ms"
            _progress(f"  {result.name} at {result.connections}: {rate}")

        to_do = await measurements(self.target, self.people, self.service, self.plan)
        await self._settle()
        for measurement in to_do:
            await self.attempt("requests", partial(one, measurement))
        await self._settle()

    async def _settle(self) -> None:
        """Wait until the clocks of the matches so far have struck and the stack rests.

        Each clock starts a function; dozens at once would disturb the next measurement.
        """
        if not self.clocks:
            return
        _progress("  waiting until the clocks of the matches have struck …")
        await asyncio.sleep(Settings().connect_timeout_seconds + 1)
        for _ in range(SETTLE_ATTEMPTS):
            before = sum(self.target.cpu().values())
            await asyncio.sleep(1)
            if sum(self.target.cpu().values()) - before < RESTING_CPU:
                return
        _progress("  the stack does not come to rest: the next measurements run beside its other work")

    async def logins(self) -> None:
        self.findings.interference = await interference(self.target, self.people, self.plan)

    async def events(self) -> None:
        self.findings.delays = await delays(self.target, self.people, self.service, self.event_rounds)

    async def depth(self) -> None:
        self.findings.depth = await depth(self.target, self.people, self.plan)

    async def idle(self) -> None:
        self.findings.idle = await idle_connections(
            self.target, self.people, self.groups, self.held, self.plan
        )


def _machine(stack: RunningStack) -> str:
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, Python {platform.python_version()}, {stack.url}"


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(argv: list[str] | None = None) -> int:
    """The program; returns its exit code."""
    options = _arguments(argv)
    try:
        findings = asyncio.run(run(options))
    except NotRunningError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    print(markdown(findings))
    if options.json is not None:
        options.json.write_text(json.dumps(as_json(findings), indent=2) + "\n")
    return 1 if findings.failures else 0


if __name__ == "__main__":
    sys.exit(main())
