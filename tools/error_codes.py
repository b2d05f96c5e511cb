"""Write the page of all error codes, docs/errors.md, from the OpenAPI document.

    python -m tools.error_codes

A test fails when the page is stale.
"""

from __future__ import annotations

import json
from typing import Any

from tools.marked import DOCS, with_part
from tools.openapi.__main__ import FILE as OPENAPI

FILE = DOCS / "errors.md"

HEAD = ("code", "status", "says", "what to do", "calls")
FEW_CALLS = 3
"""More calls than these are counted, not named."""


def table() -> str:
    """All codes as a Markdown table."""
    codes = json.loads(OPENAPI.read_text("utf-8"))["x-error-codes"]
    rows = [HEAD, ("---",) * len(HEAD), *map(_row, codes)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(code: dict[str, Any]) -> tuple[str, ...]:
    calls = code["calls"]
    named = ", ".join(f"`{call}`" for call in calls) if len(calls) <= FEW_CALLS else f"{len(calls)} calls"
    return f"`{code['code']}`", str(code["status"]), code["detail"], code["remedy"], named


def text() -> str:
    """The file as it should be."""
    return with_part(FILE.read_text(encoding="utf-8"), "codes", table())


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    print(f"docs/errors.md: {table().count(chr(10)) - 2} codes")
