"""Compares two commits: medians of alternating runs, and their ratios.

    python -m bench.compare BEFORE AFTER --times 3 -- --only goals   # measures two checkouts, and keeps the findings
    python -m bench.compare b1.json a1.json b2.json a2.json …        # compares findings that are there

The same measurement runs against both: that of this checkout. Findings of one commit belong together; the first commit
is the one before.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.goals import GOAL_PER_SECOND
from bench.report import table

Key = tuple[str, int]
"""A request's name and the number of connections."""


def _rows(findings: dict[str, Any]) -> dict[Key, dict[str, Any]]:
    found = [*findings.get("requests", []), *findings.get("depth", {}).get("requests", [])]
    return {(row["name"], row["connections"]): row for row in found}


def _medians(runs: Sequence[dict[Key, dict[str, Any]]], key: Key) -> list[float | None]:
    """Requests a second, p50 and p99 in ms: the medians of the runs. None for one that wasn't measured each time."""
    rows = [run[key] for run in runs if key in run]
    values = [[row["per_second"], row["ms"]["p50"], row["ms"]["p99"]] for row in rows]
    return [None if None in each else median(each) for each in zip(*values, strict=True)]


def _throttled(runs: Sequence[dict[Key, dict[str, Any]]], key: Key) -> int:
    """All answers 429."""
    return sum(run[key]["throttled"] for run in runs if key in run)


def compared(all_findings: Sequence[dict[str, Any]]) -> str:
    """The table. ValueError unless the findings are of two commits, and all was measured."""
    if failures := [failure for findings in all_findings for failure in findings["failures"]]:
        raise ValueError(f"measurements failed: {'; '.join(failures)}")
    commits = list(dict.fromkeys(findings["commit"] for findings in all_findings))
    if len(commits) != 2:
        raise ValueError(f"findings of two commits are needed, these are of {', '.join(commits)}")
    before, after = ([_rows(f) for f in all_findings if f["commit"] == commit] for commit in commits)
    both = [f"{one} {unit}" for unit in ("/s", "p50 ms", "p99 ms") for one in ("before", "after")]
    head = ["request", "conn.", *both, "ratio", "429", "goal"]
    lines = []
    for key in dict.fromkeys(key for run in before for key in run if any(key in other for other in after)):
        was, now = _medians(before, key), _medians(after, key)
        goal = GOAL_PER_SECOND.get(key)
        judged = "" if goal is None else f"{goal} {'met' if (now[0] or 0.0) >= goal else 'MISSED'}"
        ratio = f"{now[0] / was[0]:.2f}" if was[0] and now[0] else ""
        pairs = [
            "" if value is None else f"{value:.{digits}f}"
            for n, digits in ((0, 0), (1, 1), (2, 1))
            for value in (was[n], now[n])
        ]
        refused = f"{_throttled(before, key)}, {_throttled(after, key)}"
        lines.append([key[0], str(key[1]), *pairs, ratio, refused, judged])
    runs = f"Medians of {len(before)} runs of {commits[0]} (before) and {len(after)} of {commits[1]} (after)."
    machines = "\n".join(f"- {findings['commit']}: {findings['machine']}" for findings in all_findings)
    return f"{runs}\n\n{table(head, lines)}\n\n{machines}"


def alternate(checkouts: Sequence[Path], times: int, arguments: Sequence[str], into: Path) -> list[Path]:
    """Measure the checkouts one after the other, so many times; the files of findings."""
    into.mkdir(parents=True, exist_ok=True)
    files = []
    for turn in range(times):
        for which, checkout in zip(("before", "after"), checkouts, strict=True):
            file = into / f"{which}-{turn + 1}.json"
            options = ["--own", "--checkout", str(checkout), "--json", str(file), *arguments]
            file.unlink(missing_ok=True)
            subprocess.run([sys.executable, "-m", "bench", *options], stdout=subprocess.DEVNULL, check=False)
            if not file.exists():
                raise ValueError(f"{checkout} was not measured")
            files.append(file)
    return files


def main(argv: list[str] | None = None) -> None:
    """The program."""
    given = sys.argv[1:] if argv is None else argv
    end = given.index("--") if "--" in given else len(given)
    parser = argparse.ArgumentParser(
        "bench.compare", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("paths", type=Path, nargs="+", help="two checkouts, or files of findings")
    parser.add_argument("--times", type=int, default=3, help="runs of each checkout (3)")
    parser.add_argument("--into", type=Path, default=Path(".local/compare"), help="where the findings go")
    options = parser.parse_args(given[:end])
    files = options.paths
    try:
        if any(path.is_dir() for path in files):
            if len(files) != 2:
                parser.error("two checkouts are needed")
            files = alternate(
                [path.resolve() for path in files], options.times, given[end + 1 :], options.into
            )
        print(compared([json.loads(file.read_text()) for file in files]))
    except (OSError, ValueError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
