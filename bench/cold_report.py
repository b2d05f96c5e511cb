"""The page of cold requests: docs/measurements/cold.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.report import table
from tools.prices import LAMBDA_GB_SECOND, LAMBDA_REQUEST, MILLION

HEAD = """# Cold requests

Made by `make cold`. A cold request is the first one to a new process of a function: the import of its module, then the
answer, here against an engine behind TLS. The process has the share of a processor that Lambda gives for the memory
(1,769 MB: one), by a control group of Linux, and comes before other programs. AWS gives the import, its init phase, a
whole processor for 10 s at any size: *import*, *first* and *both* are measured so, and *limited* is both with the
share for the import, too. AWS adds the start of the sandbox and of Python, which no size changes much.

The price is that of *both* and of the request: AWS bills the import as well (since August 2025). Neither this nor the
whole processor could be tried on AWS. All are medians, times in ms. An import makes DynamoDB's client, too.
"""

Steps = Sequence[Mapping[str, Any]]
"""Import, first answer, second answer of one process."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The CPU time of the import of a function's module."""

    module: str
    median_ms: float
    least_ms: float


@dataclass(frozen=True, slots=True)
class Cold:
    """Cold requests to a function at one size: medians, in ms."""

    module: str
    mb: int
    import_cpu: float
    import_ms: float
    first_cpu: float
    first_ms: float
    second_ms: float
    limited_ms: float
    """Import and first answer, if the import has no more of a processor than the answer."""

    @classmethod
    def of(cls, module: str, mb: int, runs: Sequence[Steps], limited: Sequence[Steps]) -> Cold:
        """From the runs with a whole processor for the import, and those without."""

        def of(step: int, what: str) -> float:
            return median(float(run[step][what]) for run in runs)

        times = of(0, "cpu_ms"), of(0, "ms"), of(1, "cpu_ms"), of(1, "ms"), of(2, "ms")
        return cls(module, mb, *times, median(float(run[0]["ms"]) + float(run[1]["ms"]) for run in limited))

    def dollars(self, architecture: str) -> float:
        """The price of one."""
        seconds = (self.import_ms + self.first_ms) / 1000
        return LAMBDA_REQUEST + seconds * self.mb / 1024 * LAMBDA_GB_SECOND[architecture][0][1]


def page(
    about: Mapping[str, Any],
    imported: Sequence[Imported],
    found: Sequence[Cold],
    architecture: str,
    times: tuple[int, int],
) -> str:
    """The whole page. `times`: the imports of each function, and its cold requests at each size."""
    measured = (
        f"Measured at {about['measured_at']}, commit {about['commit']}: {about['machine']}."
        f" {times[0]} imports of each function, {times[1]} cold requests of each kind."
    )
    parts = [
        HEAD + "\n" + measured,
        "## Imports",
        _imports(imported),
        "## Requests",
        _requests(found, architecture),
    ]
    return "\n\n".join(parts) + "\n"


def _imports(imported: Sequence[Imported]) -> str:
    middle = imported[len(imported) // 2]
    chosen = [("slowest", imported[0]), ("middle", middle), ("fastest", imported[-1])]
    rows = [
        [
            f"{which} of {len(imported)}: `{_name(each.module)}`",
            f"{each.median_ms:.0f}",
            f"{each.least_ms:.0f}",
        ]
        for which, each in chosen
    ]
    return table(["import", "CPU", "least CPU"], rows)


def _requests(found: Sequence[Cold], architecture: str) -> str:
    head = ["cold request", "MB", "CPU of import", "of first", "import", "first", "both", "second", "limited"]
    rows = []
    for each in found:
        both = each.import_ms + each.first_ms
        times = (
            each.import_cpu,
            each.first_cpu,
            each.import_ms,
            each.first_ms,
            both,
            each.second_ms,
            each.limited_ms,
        )
        dollars = f"{each.dollars(architecture) * MILLION:.2f}"
        rows.append([f"`{_name(each.module)}`", f"{each.mb:,}", *(f"{ms:.0f}" for ms in times), dollars])
    return table([*head, "$ per million"], rows)


def _name(module: str) -> str:
    return module.rpartition(".")[2]
