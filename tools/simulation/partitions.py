"""What the requests take of the table's partitions, as measured (`make endpoints`)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tools.marked import DOCS
from tools.simulation.players import Request

AFTER = DOCS / "measurements" / "partitions.json"
BEFORE = Path(__file__).with_name("before.json")
"""Measured in the same way before decision 25."""

Units = Mapping[str, Mapping[str, float]]
"""By `reads` and `writes` the units of each kind of partition."""


def measured(file: Path) -> dict[Request, Units]:
    """The units of each endpoint and case."""
    found = {}
    for start, units in json.loads(file.read_text(encoding="utf-8")).items():
        endpoint, case = (cell.strip() for cell in start.removeprefix("|").removesuffix("|").split("|"))
        methods, _, path = endpoint.strip("`").rpartition(" ")
        for method in methods.split(", "):
            found[f"{method} {path}", case] = units
    return found


def taken(counts: Mapping[Request, float], of: Mapping[Request, Units]) -> tuple[Counter[str], Counter[str]]:
    """The units read and written by so many requests, by kind of partition."""
    reads, writes = Counter[str](), Counter[str]()
    for request, times in counts.items():
        for kinds, total in ((of[request]["reads"], reads), (of[request]["writes"], writes)):
            for kind, units in kinds.items():
                total[kind] += times * units  # type: ignore[assignment] # counters may hold fractions
    return reads, writes
