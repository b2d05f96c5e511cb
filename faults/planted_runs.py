"""A short run with each planted bug: the checker has to find it, or it proves nothing. And one without a bug."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from faults.checker.damage import DAMAGES
from faults.checker.findings import Finding
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
        ran = run(_plan(seed, name), directory / name, lambda _: None)
        times = ran.counts.get("planted", {}).get(name, 0)
        yield result_of(bug.violates, name, times, ran.findings) | {"problems": ran.problems}


def control_run(seed: int, directory: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """The result of such a run without a bug."""
    say("without a planted bug ...")
    ran = run(_plan(seed, None), directory / "control", lambda _: None)
    return {
        "checked": sum(finding.checked for finding in ran.findings),
        "violations": sum(finding.violations for finding in ran.findings),
        "examples": [example for finding in ran.findings for example in finding.examples],
        "problems": ran.problems,
    }


def _plan(seed: int, bug: str | None) -> Plan:
    name = bug or ""
    return Plan(
        seed, SECONDS / 60, rates={}, planted=bug, planted_rate=RATES.get(name, RATE), planted_times=TIMES,
        times_longer=5.0, mix=MIXES.get(name, SMALL), settle_seconds=5.0,
    )  # fmt: skip


def damaged(ran: Ran) -> Iterator[dict[str, Any]]:
    """What a bug in a client would leave: one damage to the record of a run, for each property without another bug."""
    for name, damage in DAMAGES.items():
        yield result_of(damage.violates, name, 1, damage.check(ran.facts), ran.findings)


def result_of(
    violates: str, name: str, times: int, found: Sequence[Finding], before: Sequence[Finding] = ()
) -> dict[str, Any]:
    """What the checks of a bug's property have found; what they had found `before`, without the bug, is left out.

    Both have the findings of the same checks: a damage is looked for by a part of them.
    """
    known = {finding.says: finding for finding in before}
    violations, examples = 0, []
    for finding in found:
        if finding.property == violates:
            earlier = known.get(finding.says, Finding(violates, finding.says))
            violations += max(0, finding.violations - earlier.violations)
            examples += [example for example in finding.examples if example not in earlier.examples]
    example = examples[0] if examples else ""
    return {"property": violates, "bug": name, "times": times, "violations": violations, "example": example}
