"""The result of all runs as JSON: what docs/faults.md is made from."""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.findings import commit_of
from faults.run import Ran, faults_of
from infra.local.settings import ROOT


def as_json(
    ran: Ran, planted: Sequence[dict[str, Any]], command: str, control: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Everything that the report shows."""
    return {
        "command": command,
        "seed": ran.plan.seed,
        "seconds": round(ran.seconds),
        "environment": environment(),
        "operations": operations(ran),
        "languages": dict(ran.languages),
        "deliveries": dict(ran.deliveries.most_common()),
        "streams": ran.streams,
        "faults": faults_of(ran.counts),
        "strikes": strikes(ran),
        "moments": len(ran.moments),
        "findings": [finding.as_json() for finding in ran.findings],
        "planted": list(planted),
        "control": control,
        "without": ran.without,
        "problems": [*problems(ran), *problems_of_planted(planted, control)],
    }


def environment() -> dict[str, str]:
    """Machine, commit and versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    engine = next(
        (
            line
            for line in (ROOT / "requirements-engine.txt").read_text().splitlines()
            if line.startswith("ministack")
        ),
        "",
    )
    return {
        "commit": commit_of(ROOT),
        "machine": f"{os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "engine": engine.replace("==", " "),
        "botocore": version("botocore"),
    }


def operations(ran: Ran) -> dict[str, dict[str, Any]]:
    """By chapter: acknowledged, unknown, and refusals by their code."""
    found: dict[str, dict[str, Any]] = defaultdict(lambda: {"acknowledged": 0, "unknown": 0, "refused": {}})
    for (chapter, outcome, code), count in sorted(ran.operations.items()):
        if outcome == "refused":
            found[chapter]["refused"][code or "a field"] = count
        else:
            found[chapter][outcome] += count
    return dict(found)


def strikes(ran: Ran) -> list[dict[str, Any]]:
    """By process and act: how many, and after how long the service was back."""
    by: dict[tuple[str, str], list[float]] = defaultdict(list)
    for strike in ran.strikes:
        by[strike.target, strike.act].append(strike.back_at - strike.at - strike.paused_seconds)
    return [
        {
            "target": target,
            "act": act,
            "times": len(seconds),
            "median": round(sorted(seconds)[len(seconds) // 2], 2),
            "longest": round(max(seconds), 2),
        }
        for (target, act), seconds in sorted(by.items())
    ]


def problems(ran: Ran) -> list[str]:
    """Why the run proves nothing: its own errors, faults that never bit, checks that checked nothing."""
    found = list(ran.problems)
    bitten = faults_of(ran.counts)
    found += [
        f"the fault {kind} never bit"
        for kind, rate in ran.plan.rates.items()
        if rate and not bitten[kind]["bitten"]
    ]
    found += [f"never checked: {finding.says}" for finding in ran.findings if not finding.checked]
    if (kills := ran.kills(ran.strikes)) < ran.plan.kills:
        found.append(f"{kills} kills instead of {ran.plan.kills}")
    deliveries = sum(ran.deliveries.values())
    if deliveries < ran.plan.deliveries:
        found.append(f"{deliveries} deliveries instead of {ran.plan.deliveries}")
    return found


def problems_of_planted(planted: Sequence[dict[str, Any]], control: dict[str, Any] | None) -> list[str]:
    """Why the runs with bugs prove nothing: own errors, bugs that never struck, what is found without a bug."""
    found = [
        f"with the planted bug {bug['bug']}: {each}" for bug in planted for each in bug.get("problems", ())
    ]
    found += [f"the planted bug {bug['bug']} never struck" for bug in planted if not bug["times"]]
    if control:
        found += [f"without a planted bug: {each}" for each in control["problems"]]
        found += [f"violated without a planted bug: {each}" for each in control["examples"]]
    return found


def place_of(directory: Path) -> Path:
    """The result file of a run."""
    return directory / "result.json"
