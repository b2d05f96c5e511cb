"""Play the peak hour of days with 100 thousand, 1 and 10 million players; write docs/measurements/simulation.*.

    python -m tools.simulation

The same seed gives the same numbers. Requests are those of a player's day (tools/player_day.py), their units are
measured (docs/measurements/partitions.json), durations are assumed.
"""

from __future__ import annotations

import json
from typing import Any

from tools.marked import DOCS, with_part
from tools.simulation.report import picture, table
from tools.simulation.walls import SIZES, peak

FILE = DOCS / "operations.md"
RESULT = DOCS / "measurements" / "simulation.json"
PICTURE = DOCS / "measurements" / "simulation.svg"
SEED = 15


def played(players: int, *, after: bool) -> dict[str, Any]:
    """What is kept of a peak hour."""
    found = peak(players, after=after, seed=SEED)
    return {
        "use": {name: round(value, 2) for name, value in sorted(found.use.items())},
        "queue": dict(found.queue),
        "minutes": {"leases": [round(minute["leases"]) for minute in found.minutes]},
    }


def main() -> None:
    """Play, and write what came of it."""
    found = {
        when: {str(size): played(size, after=when == "after") for size in SIZES}
        for when in ("before", "after")
    }
    RESULT.write_text(json.dumps(found) + "\n", encoding="utf-8")
    FILE.write_text(with_part(FILE.read_text(encoding="utf-8"), "walls", table(found)), encoding="utf-8")
    PICTURE.write_text(picture(found), encoding="utf-8")
    print("docs/operations.md: walls; docs/measurements/simulation.svg")


if __name__ == "__main__":
    main()
