"""All checks over the facts of a run."""

from __future__ import annotations

from faults.checker import acknowledged, delivery, events, whole
from faults.checker.facts import Facts
from faults.checker.findings import Finding


def check(facts: Facts) -> list[Finding]:
    """Every finding."""
    return [finding for part in (acknowledged, events, delivery, whole) for finding in part.check(facts)]
