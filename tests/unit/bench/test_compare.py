"""Comparisons of two commits."""

from __future__ import annotations

from typing import Any

import pytest

from bench.compare import compared
from bench.load import Result


def findings(commit: str, seconds: float | None, latencies: int = 200, *failures: str) -> dict[str, Any]:
    row = Result("GET /", 1, [0.01] * latencies, seconds, 0, {}).row()
    return {"commit": commit, "machine": "here", "failures": list(failures), "requests": [row]}


def cells(text: str) -> list[str]:
    (line,) = [line for line in text.splitlines() if line.startswith("| GET /")]
    return [cell.strip() for cell in line.split("|")[3:-1]]


def test_the_ratio_is_that_of_the_medians() -> None:
    runs = [findings("old", seconds) for seconds in (1.0, 2.0, 4.0)] + [findings("new", 1.0)]
    assert cells(compared(runs)) == ["100", "200", "10.0", "10.0", "10.0", "10.0", "2.00", "0, 0", ""]


def test_what_was_not_measured_is_left_empty() -> None:
    assert cells(compared([findings("old", None, 50), findings("new", None)])) == [
        *("", "", "10.0", "10.0", "", "10.0", "", "0, 0", "")
    ]


def test_runs_with_failures_are_not_compared() -> None:
    with pytest.raises(ValueError, match="it broke"):
        compared([findings("old", 1.0), findings("new", 1.0, 200, "depth: it broke")])
