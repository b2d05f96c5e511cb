"""One run: load, faults, kills; then quiet, and the facts of what has happened."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faults.checker.all import check
from faults.checker.facts import Facts, facts_of
from faults.checker.findings import Finding
from faults.checker.whole import check as check_whole
from faults.history import History, read
from faults.load.mix import Players
from faults.load.world import World
from faults.moments import last_items, scan, table_now
from faults.plan import SETTINGS, Plan
from faults.processes import NotBack, Strike
from faults.shim.kinds import KINDS
from faults.stack import FaultyStack
from tests.support.invariants.table import Table

PROGRESS_SECONDS = 15.0
MOMENTS = 4
"""At which the table is read in the planned time; all calls wait meanwhile."""

QUIET_SECONDS = 3.0
"""Without a delivery: then all have come."""


@dataclass(slots=True)
class Ran:
    """What a run leaves behind."""

    plan: Plan
    seconds: float = 0.0
    """Of load."""
    counts: dict[str, Any] = field(default_factory=dict)
    """The shim's."""
    strikes: list[Strike] = field(default_factory=list)
    moments: list[Table] = field(default_factory=list)
    """The table during the load."""
    facts: Facts = field(default_factory=Facts)
    findings: list[Finding] = field(default_factory=list)
    operations: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By chapter, outcome and code."""
    languages: Counter[str] = field(default_factory=Counter)
    """Operations by the client's language."""
    deliveries: Counter[str] = field(default_factory=Counter)
    """By event."""
    streams: dict[str, int] = field(default_factory=dict)
    """Streams, connections, and events that clients dropped as repeats."""
    problems: list[str] = field(default_factory=list)
    """Of the run itself: it proves nothing then."""
    without: list[str] = field(default_factory=list)
    """What was left out on this machine, and why."""

    @staticmethod
    def kills(strikes: Sequence[Strike]) -> int:
        """How many of the strikes were kills."""
        return sum(strike.act == "kill" for strike in strikes)

    def has_seen(self, *kinds: str) -> bool:
        """Whether the table had a row of one of these kinds at a moment of the load."""
        return any(table.kinds[kind] for table in self.moments for kind in kinds)

    def violations(self) -> list[Finding]:
        """The findings with violations."""
        return [finding for finding in self.findings if finding.violations]


def run(plan: Plan, directory: Path, say: Callable[[str], None]) -> Ran:
    """Make a run. `directory` gets history and data, `say` a line now and then."""
    ran = Ran(plan)
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "history.jsonl"
    faulty = FaultyStack(
        plan.seed, {}, directory / "data", plan.planted, planted_rate=0.0, settings=SETTINGS,
        log=directory / "strikes.jsonl",
    )  # fmt: skip
    with faulty:
        with History(path) as history:
            items = asyncio.run(_load(ran, faulty, history, say))
        ran.strikes = list(faulty.nemesis.strikes)
    say("checking ...")
    ran.facts = facts = facts_of(read(path), items)
    facts.moments = ran.moments
    ran.findings = check(facts)
    ran.operations.update((op.chapter, op.outcome, op.code or "") for op in facts.operations)
    ran.languages.update(op.client for op in facts.operations)
    ran.deliveries.update(event.code for events in facts.deliveries.values() for event in events)
    lines = facts.streams.values()
    ran.streams = {
        "streams": len(lines),
        "connections": sum(line.connections for line in lines),
        "repeats dropped in Python": sum(max(0, line.repeats) for line in lines),
    }
    return ran


def faults_of(counts: dict[str, Any]) -> dict[str, dict[str, int]]:
    """The shim's counts by kind: how many faults there were, and how many were noticed."""
    found: dict[str, dict[str, int]] = {}
    for kind in KINDS:
        total: Counter[str] = Counter()
        for outcomes in counts.get("faults", {}).get(kind, {}).values():
            total.update(outcomes)
        found[kind] = {name: total[name] for name in ("injected", "bitten", "committed")}
    return found


async def _load(
    ran: Ran, faulty: FaultyStack, history: History, say: Callable[[str], None]
) -> list[dict[str, Any]]:
    """The items of the table afterwards."""
    plan = ran.plan
    token = _Token(faulty)
    world = World(faulty.stack.url, faulty.stack.ca, token, history, random.Random(plan.seed), pace=plan.pace)
    players = Players(world, plan.mix, plan.seed)
    await players.start()
    if players.node:
        ran.without.append(f"players with the JavaScript client: {players.node}")
    await asyncio.to_thread(faulty.set_rates, plan.rates)
    await asyncio.to_thread(faulty.plant, plan.planted, plan.planted_rate)
    begin = time.monotonic()
    nemesis = asyncio.create_task(_strike(ran, faulty), name="nemesis")
    try:
        await _until_enough(ran, faulty, world, nemesis, begin, say)
    finally:
        world.stopping.set()
        await nemesis
    ran.seconds = time.monotonic() - begin
    say("ending: no more faults, players end what they have begun ...")
    ran.counts = await asyncio.to_thread(faulty.counts)
    await asyncio.to_thread(faulty.plant, None)
    await asyncio.to_thread(faulty.set_rates, {})
    await players.stop()
    await _settle(faulty, history, plan)
    items = await last_items(faulty, history)
    await _quiet(history, time.monotonic() + plan.settle_seconds)
    await players.end()
    ran.problems += world.failures
    return items


class _Token:
    """A service token, made once."""

    def __init__(self, faulty: FaultyStack) -> None:
        self._faulty = faulty
        self._made = ""

    def __call__(self) -> str:
        self._made = self._made or self._faulty.stack.service_token()
        return self._made


async def _strike(ran: Ran, faulty: FaultyStack) -> None:
    """Kill as often as planned, over the planned time, and pause about as often."""
    plan = ran.plan
    if not plan.kills:
        return
    begin, pause = time.monotonic(), plan.minutes * 60 / (2 * plan.kills + 1)
    for n in range(1, plan.kills * 10):
        if ran.kills(faulty.nemesis.strikes) >= plan.kills or faulty.stack.failure:
            return
        await asyncio.sleep(max(0.0, begin + n * pause - time.monotonic()))
        try:
            await asyncio.to_thread(faulty.nemesis.strike)
        except NotBack as problem:
            ran.problems.append(str(problem))
            return


async def _until_enough(
    ran: Ran,
    faulty: FaultyStack,
    world: World,
    nemesis: asyncio.Task[None],
    begin: float,
    say: Callable[[str], None],
) -> None:
    """Wait for the planned time, and longer for the planned deliveries, operations and kills."""
    plan, history = ran.plan, world.history
    pause = plan.minutes * 60 / (MOMENTS + 1)
    while True:
        await asyncio.sleep(min(PROGRESS_SECONDS, pause))
        seconds = time.monotonic() - begin
        if seconds >= pause * (len(ran.moments) + 1) and not faulty.stack.failure:
            ran.moments.append(await table_now(faulty))
        counts = history.counts
        say(
            f"{seconds:6.0f} s: {history.deliveries} deliveries, {counts['acknowledged']} operations acknowledged, "
            f"{counts['refused']} refused, {counts['unknown']} unknown, "
            f"{len(faulty.nemesis.strikes)} kills and pauses, {counts['resync']} resyncs"
        )
        if faulty.stack.failure:
            ran.problems.append(f"the stack has ended: {faulty.stack.failure}")
            return
        if seconds < plan.minutes * 60:
            continue
        shim = await asyncio.to_thread(faulty.counts)
        bitten = faults_of(shim)
        enough = all(bitten[kind]["bitten"] for kind, rate in plan.rates.items() if rate)
        enough = enough and (not plan.planted or shim["planted"].get(plan.planted, 0) >= plan.planted_times)
        enough = enough and history.deliveries >= plan.deliveries and nemesis.done()
        enough = enough and all(counts[f"acknowledged {name}"] for name in plan.operations)
        enough = enough and all(ran.has_seen(*kinds) for kinds in plan.standing)
        if enough or seconds >= plan.minutes * 60 * plan.times_longer:
            return


async def _settle(faulty: FaultyStack, history: History, plan: Plan) -> None:
    """Wait until everything is delivered, and the table is as it will stay. What isn't then is found by the checks."""
    deadline = time.monotonic() + plan.settle_seconds
    await _quiet(history, deadline)
    while time.monotonic() < deadline:
        facts = facts_of((), await asyncio.to_thread(lambda: list(scan(faulty))))
        if not any(finding.violations for finding in check_whole(facts)):
            return
        await asyncio.sleep(2.0)


async def _quiet(history: History, deadline: float) -> None:
    """Wait until no delivery comes any more."""
    quiet, before = time.monotonic(), history.deliveries
    while time.monotonic() < deadline and time.monotonic() - quiet < QUIET_SECONDS:
        await asyncio.sleep(0.2)
        if history.deliveries != before:
            quiet, before = time.monotonic(), history.deliveries
