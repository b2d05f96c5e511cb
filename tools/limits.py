"""Write the table of rate limits into docs/contract/conventions.md.

    python -m tools.limits

A test fails when it is stale.
"""

from __future__ import annotations

import app  # noqa: F401 (fills the registry)
from shared.domain.limits import LIMITS, LOGIN_KNOWN, Limit
from shared.http.registry import ROUTES
from tools.marked import DOCS, with_part

FILE = DOCS / "contract" / "conventions.md"

HEAD = ("limit", "calls", "counted by", "at once", "after that")


def table() -> str:
    """All limits as a Markdown table."""
    rows = [HEAD, ("---",) * len(HEAD), *(_row(limit) for limit in LIMITS.values())]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(limit: Limit) -> tuple[str, ...]:
    calls = [
        f"`{method} {route.path}`"
        for route in sorted(ROUTES, key=lambda route: route.path)
        for method in route.methods
        if limit in route.limits and not route.is_alias
    ]
    if limit is LOGIN_KNOWN:
        calls = ["a login from a known address that `login` refuses"]
    every = limit.seconds / limit.burst
    pace = f"one in {every:g} s" if every > 1 else f"{1 / every:g} a second"
    return f"`{limit.name}`", ", ".join(calls), limit.by.value, str(limit.burst), pace


def text() -> str:
    """The file as it should be."""
    return with_part(FILE.read_text(encoding="utf-8"), "limits", table())


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    print(f"docs/contract/conventions.md: {len(LIMITS)} rate limits")
