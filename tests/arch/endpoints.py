"""Write docs/endpoints.md: which calls of the database each endpoint makes; and which partitions they are about.

    python -m tests.arch.endpoints          # measures all endpoints
    python -m tests.arch.endpoints get_me   # measures these, and keeps the lines of the others

`make endpoints` runs it; tests fail when the files are stale. `make simulate` reads the partitions.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import pytest

import tests.conftest  # noqa: F401 (sets the environment)
from shared.http.registry import ROUTES, Route
from tests.arch.measuring import Calls, count_calls
from tests.arch.scenarios.all import EXCEPTIONS, SCENARIOS
from tests.support.engine import ROOT, Engine

FILE = ROOT / "docs" / "endpoints.md"
PARTITIONS = ROOT / "docs" / "measurements" / "partitions.json"
"""By endpoint and case the units that kinds of partitions give."""

READ_BOUND = 2
WRITE_BOUND = 3
MANY_RUNS = 20
"""A line with more runs of equal calls shows their numbers, without their order."""

HEAD = f"""# Endpoints

Which calls of the database each endpoint makes, counted on the embedded engine by `make endpoints`, which writes this
file. Tests (`tests/arch/`) fail when the calls are others than these, or more than allowed: in sequence at most
{READ_BOUND} for a GET that only reads and {WRITE_BOUND} for everything else, whatever the data's size.
The exceptions are at the end, with their reasons.

*In sequence* are calls of which each waits for the one before. *Units* are the capacity that the calls take, as
DynamoDB bills it, a unit for each key of a BatchGetItem; `make costs` computes from them. They jump with the sizes of
items, so tests don't compare them.

| endpoint | case | in sequence | in total | calls | read units | write units |
| --- | --- | ---: | ---: | --- | ---: | ---: |
"""


def bound(route: Route, case: str, calls: Calls) -> int:
    """How many calls in sequence a case may make: a write's number, unless it is a GET that only reads."""
    if (route.name, case) in EXCEPTIONS:
        return EXCEPTIONS[route.name, case][0]
    return WRITE_BOUND if calls.writes or route.methods != ("GET",) else READ_BOUND


def start_of(route: Route, case: str) -> str:
    """How the line of a case starts."""
    return f"| `{', '.join(route.methods)} {route.path}` | {case} |"


def line(route: Route, case: str, calls: Calls) -> str:
    """One line of the table."""
    runs = [(name, len(list(run))) for name, run in groupby(calls.names)]
    if len(runs) > MANY_RUNS:
        runs = list(Counter(calls.names).items())
    names = ", ".join(name if count == 1 else f"{count} × {name}" for name, count in runs) or "none"
    units = f"{calls.read_units:.0f} | {calls.write_units:.0f}"
    return f"{start_of(route, case)} {calls.in_sequence} | {len(calls.names)} | {names} | {units} |"


def without_units(text: str) -> str:
    """A line without its last two columns: units jump with the sizes of items."""
    return text.rsplit("|", 3)[0]


def _starts() -> Iterator[str]:
    """How the lines of all cases start, in the order of the file."""
    for route in sorted(ROUTES, key=lambda route: (route.path, route.methods)):
        yield from (start_of(route, case) for case in SCENARIOS.get(route.name, {}))


def partitions(measured: Mapping[str, Calls]) -> str:
    """The file of partitions with these cases, by the starts of their lines, and all other cases as they are."""
    present = json.loads(PARTITIONS.read_text()) if PARTITIONS.exists() else {}
    found = {start: calls.partitions for start, calls in measured.items()}
    kept = {start: found.get(start, present.get(start)) for start in _starts()}
    lines = (f"{json.dumps(start)}: {json.dumps(units)}" for start, units in kept.items() if units)
    return "{\n" + ",\n".join(lines) + "\n}\n"


def text(measured: Mapping[str, str]) -> str:
    """The file with these lines, by their starts, and the present lines for all other cases."""
    present = FILE.read_text().splitlines()
    lines = []
    for start in _starts():
        kept = [old for old in present if old.startswith(start)]
        lines += [measured[start]] if start in measured else kept
    table = "".join(f"{each}\n" for each in lines)
    exceptions = "".join(
        f"- `{name}`{f', {case}' if case else ''}: {allowed} in sequence. {reason}\n"
        for (name, case), (allowed, reason) in EXCEPTIONS.items()
    )
    return f"{HEAD}{table}\n## More calls than usual\n\n{exceptions}"


def measure(routes: Sequence[Route]) -> dict[str, tuple[str, Calls]]:
    """The lines and calls of these routes, by the starts of the lines."""
    cases = [(route, case) for route in routes for case in SCENARIOS[route.name]]
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder) / "engine.log") as engine:
        measured = [(*one, count_calls(engine, SCENARIOS[one[0].name][one[1]])) for one in cases]
        return {start_of(route, case): (line(route, case, calls), calls) for route, case, calls in measured}


def main(names: Sequence[str]) -> None:
    """Measure the endpoints of these names, or all, and write the file."""
    routes = [route for route in ROUTES if not names or route.name in names]
    unknown = sorted(set(names) - {route.name for route in routes})
    try:
        measured = measure(routes) if routes else {}
    except pytest.fail.Exception as missing:
        sys.exit(str(missing))
    FILE.write_text(text({start: line for start, (line, _) in measured.items()}))
    PARTITIONS.write_text(partitions({start: calls for start, (_, calls) in measured.items()}))
    print(f"docs/endpoints.md: {len(measured)} lines measured")
    if unknown:
        print(f"no endpoint is called {', '.join(unknown)}; lines of endpoints that are gone are out")


if __name__ == "__main__":
    main(sys.argv[1:])
