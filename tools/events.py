"""Write the table of live events into docs/events.md.

    python -m tools.events

A test fails when it is stale.
"""

from __future__ import annotations

from pathlib import Path

from shared.events import CATALOGUE, EventKind

FILE = Path(__file__).resolve().parent.parent / "docs" / "events.md"
START, END = "<!-- catalogue -->\n", "<!-- /catalogue -->"

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
        kind.message,
        ", ".join(kind.kwargs),
        ", ".join(kind.data),
        ", ".join(targets),
    )


def text() -> str:
    """The file as it should be."""
    before, _, rest = FILE.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    return before + START + table() + END + after


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    print(f"docs/events.md: {len(CATALOGUE)} events")
