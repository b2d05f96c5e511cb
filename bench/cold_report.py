"""The page of cold requests: docs/measurements/cold.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.report import table
from tools.prices import LAMBDA_GB_SECOND, LAMBDA_REQUEST, MILLION

HEAD = """# Cold requests

Made by `make cold`. A cold request is what the first request to a new process of a function takes: the import of its
module, then the answer, here against an engine behind TLS. Processes have the share of a processor that Lambda gives
for the memory (1,769 MB: one), by a control group of Linux. On AWS the import has a whole one at any size, as Lambda
gives it to the init phase for 10 s: the first rows of each function. The others are without that. AWS adds what it
takes to start a sandbox and Python, which no size changes.

CPU times hardly depend on what else the machine does, unlike the other times. All are medians, in ms.
"""


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
    burst: bool
    """Whether the import has a whole processor."""
    import_cpu: float
    import_ms: float
    first_cpu: float
    first_ms: float
    second_ms: float

    @classmethod
    def of(cls, module: str, mb: int, burst: bool, runs: Sequence[Sequence[Mapping[str, Any]]]) -> Cold:  # noqa: FBT001
        """From the steps of each run: import, first answer, second answer."""

        def of(step: int, what: str) -> float:
            return median(run[step][what] for run in runs)

        times = of(0, "cpu_ms"), of(0, "ms"), of(1, "cpu_ms"), of(1, "ms"), of(2, "ms")
        return cls(module, mb, burst, *times)

    def dollars(self, architecture: str) -> float:
        """The price of one such request: AWS bills the import, too (since August 2025)."""
        seconds = (self.import_ms + self.first_ms) / 1000
        return LAMBDA_REQUEST + seconds * self.mb / 1024 * LAMBDA_GB_SECOND[architecture][0][1]


def page(
    about: Mapping[str, Any], imported: Sequence[Imported], found: Sequence[Cold], architecture: str
) -> str:
    """The whole page."""
    measured = f"Measured at {about['measured_at']}, commit {about['commit']}: {about['machine']}."
    return "\n".join([HEAD, measured, "", "## Imports", "", _imports(imported), "", "## Requests", "",
                      _requests(found, architecture), ""])  # fmt: skip


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
    return table(["import", "CPU ms", "least CPU ms"], rows)


def _requests(found: Sequence[Cold], architecture: str) -> str:
    head = [
        "cold request",
        "MB",
        "import CPU",
        "import",
        "first CPU",
        "first",
        "both",
        "second",
        "$ per million",
    ]
    rows = [
        [
            f"`{_name(each.module)}`" + ("" if each.burst else ", import limited, too"),
            f"{each.mb:,}",
            *(f"{ms:.0f}" for ms in (each.import_cpu, each.import_ms, each.first_cpu, each.first_ms)),
            f"{each.import_ms + each.first_ms:.0f}",
            f"{each.second_ms:.0f}",
            f"{each.dollars(architecture) * MILLION:.2f}",
        ]
        for each in found
    ]
    return table(head, rows)


def _name(module: str) -> str:
    return module.rpartition(".")[2]
