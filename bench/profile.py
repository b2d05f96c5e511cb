"""Which part of the code takes the CPU time of requests: `python -m bench.profile --json profile.json`.

Measures routes, and the pages of a long conversation, at 16 connections on a stack of its own, while py-spy
(requirements-dev.txt) looks 200 times a second at what the worker and the engine do. `python -m bench.document
profile.json` writes the shares into docs/measurements.md. It may look into other processes as root, or where
/proc/sys/kernel/yama/ptrace_scope is 0.
"""

import argparse
import asyncio
import json
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.depth import NEWEST
from bench.goals import GOAL_ROUTES
from bench.load import Bounds
from bench.own_stack import own_stack
from bench.parts import measure_parts
from bench.plan import FULL
from bench.report import profile_table
from bench.routes import title
from infra.local.settings import ROOT

CONNECTIONS = 16
BOUNDS = Bounds(1_000_000, 10.0)
WATCHED = {"edge": "worker", "engine": "engine"}
"""Groups of processes, and their names in the table."""
RATE = 200

PARTS = {
    "calls to DynamoDB": ("botocore/", "urllib3/", "http/client.py", "shared/store/client.py"),
    "PynamoDB": ("pynamodb/",),
    "pydantic": ("pydantic/",),
    "JSON of answers": ("json/", "shared/http/answers.py"),
    "the product's code": ("shared/", "functions/", "chalice/"),
    "the edge's code": ("infra/local/edge/", "infra/local/workers/"),
    "DynamoDB's work": ("ministack/services/dynamodb.py", "infra/local/engine/expressions.py",
                        "infra/local/engine/transaction_tokens.py"),
    "streams and triggers": ("ministack/services/dynamodb_streams.py", "ministack/services/lambda_svc.py",
                             "ministack/services/sqs.py", "infra/local/engine/streams.py"),
    "requests and answers": ("ministack/", "infra/local/engine/", "uvicorn/", "asyncio/"),
}  # fmt: skip
"""By the path of the innermost function that belongs to one of them."""
SERVER = "the server (Granian)"
"""Of threads without a function in Python: HTTP and TLS."""
REST = "threads"
IDLE = ("_worker (concurrent/futures/thread.py", "Condition.wait (", "_PollLikeSelector.select (")
"""Functions in which a thread waits for work, though py-spy may find it busy."""


@dataclass(slots=True)
class Profiler:
    """Looks at processes while requests are measured."""

    found: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def watching(self, pids: dict[str, int], name: str, connections: int) -> Iterator[None]:
        """A context: the processes with these ids are looked at, if so many connections are measured."""
        if connections != CONNECTIONS:
            yield
            return
        with tempfile.TemporaryDirectory() as directory:
            spies = {
                group: _spy(pids[group], Path(directory) / group, forks=group == "edge") for group in WATCHED
            }
            try:
                yield
            finally:
                for spy in spies.values():
                    spy.send_signal(signal.SIGINT)
                    spy.wait()
            for group, called in WATCHED.items():
                parts = shares((Path(directory) / group).read_text())
                self.found.append({"request": name, "process": called, "shares": parts})


def _spy(pid: int, file: Path, *, forks: bool) -> subprocess.Popen[bytes]:
    command = [str(Path(sys.executable).parent / "py-spy"), "record", "--pid", str(pid), "--format", "raw",
               "--rate", str(RATE), "--output", str(file), *(["--subprocesses"] if forks else [])]  # fmt: skip
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def shares(raw: str) -> dict[str, float]:
    """The share of each part. `raw` has a line for each stack: functions from the outermost on, and how often it was
    seen.
    """
    counts: Counter[str] = Counter()
    for line in raw.splitlines():
        text, _, times = line.rpartition(" ")
        stack = text.split(";")
        if not stack[-1].startswith(IDLE):
            counts[_part_of(stack)] += int(times)
    return {part: round(times / counts.total(), 3) for part, times in counts.most_common()}


def _part_of(stack: list[str]) -> str:
    for function in reversed(stack):
        _, _, path = function.partition("(")
        for part, prefixes in PARTS.items():
            if path.startswith(prefixes):
                return part
    return SERVER if all(function.startswith("process ") for function in stack) else REST


async def profile(routes: set[str]) -> dict[str, Any]:
    """The findings."""
    profiler = Profiler()
    plan = replace(FULL, bounds=BOUNDS, goal_bounds=BOUNDS, connections=(CONNECTIONS,))
    options = argparse.Namespace(checkout=ROOT, plan=plan, parts={"requests", "depth"}, routes=routes)
    async with own_stack() as stack:
        pids = stack.run["pids"]
        found = await measure_parts(
            stack, options, own=True, watching=lambda name, n: profiler.watching(pids, name, n)
        )
    wanted = {NEWEST, *map(title, routes)}
    rows = [row for row in profiler.found if row["request"] in wanted]
    about = {name: found[name] for name in ("machine", "commit", "measured_at", "failures")}
    return {**about, "profile": rows}


def main(argv: list[str] | None = None) -> int:
    """The program; returns its exit code."""
    parser = argparse.ArgumentParser(
        "bench.profile", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", choices=sorted(GOAL_ROUTES), action="append", metavar="ROUTE",
                        help="may be repeated (join_duel); the newest page of messages is always measured")  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the findings there")
    options = parser.parse_args(argv)
    found = asyncio.run(profile(set(options.only or ["join_duel"])))
    print(profile_table(found["profile"]))
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    return 1 if found["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
