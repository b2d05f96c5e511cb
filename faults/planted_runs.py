"""A short run with each planted bug: the checker has to find it, or it proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from faults.checker.damage import DAMAGES
from faults.load.mix import SMALL, Mix
from faults.plan import Plan
from faults.run import Ran, run
from faults.shim.planted import BUGS

SECONDS = 12.0
TIMES = 15
"""How often a bug strikes at least, if it gets to it within five times as long."""

RATE = 0.2
RATES: dict[str, float] = {
    "records_lost": 0.02,
    "change_lost": 0.1,
    "change_made_twice": 0.5,
    "friend_one_sided": 1.0,
    "result_twice": 0.5,
    "bracket_torn": 1.0,
    "seat_unchecked": 1.0,
}

MIXES: dict[str, Mix] = {
    # It shows in messages without an idempotency key.
    "change_made_twice": replace(SMALL, chats=6, customs=0, announcers=0),
    # It shows where one player makes several requests at the same instant.
    "seat_unchecked": replace(SMALL, restless=8, customs=0, announcers=0),
    "bracket_torn": replace(SMALL, tournaments=(4, 4, 4), customs=0),
    "friend_one_sided": replace(SMALL, friends=4, customs=0),
}


def planted_runs(seed: int, directory: Path, say: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """One result for each bug."""
    for name, bug in BUGS.items():
        say(f"with the planted bug {name} ...")
        plan = Plan(
            seed, SECONDS / 60, rates={}, planted=name, planted_rate=RATES.get(name, RATE), planted_times=TIMES,
            times_longer=5.0, mix=MIXES.get(name, SMALL), settle_seconds=5.0,
        )  # fmt: skip
        ran = run(plan, directory / name, lambda _: None)
        found = [finding for finding in ran.findings if finding.property == bug.violates]
        yield _result(bug.violates, name, ran.counts.get("planted", {}).get(name, 0), found)


def damaged(ran: Ran) -> Iterator[dict[str, Any]]:
    """What a bug in a client would leave: one damage to the record of a run, for each property without another bug."""
    for name, damage in DAMAGES.items():
        found = [finding for finding in damage.check(ran.facts) if finding.property == damage.violates]
        yield _result(damage.violates, name, 1, found)


def _result(violates: str, name: str, times: int, found: list[Any]) -> dict[str, Any]:
    violations = sum(finding.violations for finding in found)
    example = next((finding.examples[0] for finding in found if finding.examples), "")
    return {"property": violates, "bug": name, "times": times, "violations": violations, "example": example}
