"""Write the table of live events into docs/events.md.

    python -m tools.events

A test fails when it is stale.
"""

from __future__ import annotations

from shared.events import CATALOGUE, EventKind
from tools.marked import DOCS, with_part

FILE = DOCS / "events.md"

HEAD = ("event", "service", "type", "message", "`kwargs` must have", "`data` must have", "targets")


def table() -> str:
    """All events as a Markdown table."""
    rows = [HEAD, ("---",) * len(HEAD), *(_row(code, kind) for code, kind in CATALOGUE.items())]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(code: str, kind: EventKind) -> tuple[str, ...]:
    targets = (
        f"{target.type} `{f'{target.method} ' if target.method else ''}{target.url}`"
        for target in kind.targets
    )
    return (
        f"`{code}`",
        kind.service,
        "notification" if kind.person else "event",
        " / ".join([kind.message, *kind.without.values()]),
        ", ".join(kind.kwargs),
        ", ".join(kind.data),
        ", ".join(targets),
    )


def text() -> str:
    """The file as it should be."""
    return with_part(FILE, "catalogue", table())


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    print(f"docs/events.md: {len(CATALOGUE)} events")
