"""Draw the state machines of infra/machines into docs/machines/<name>.svg.

    python -m tools.machines

A test fails when the committed pictures are not what this draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from infra.cloud.machines import definitions

DIRECTORY = Path(__file__).parents[1] / "docs" / "machines"

WIDTH, HEIGHT = 210, 58
ACROSS, DOWN = 290, 128
MARGIN = 150
"""Room at both sides for arrows that don't lead to the next row."""

FILLS = {"Task": "#dbe7ff", "Choice": "#fff1c9", "Wait": "#e6f6e1", "Succeed": "#eceaf4", "Fail": "#ffdfdf"}
CALLBACK_FILL = "#cfe0ff"


@dataclass(frozen=True, slots=True)
class Arrow:
    """A transition from one state to another, and its condition."""

    source: str
    target: str
    label: str = ""
    is_error: bool = False


def arrows(states: Mapping[str, Mapping[str, Any]]) -> Iterator[Arrow]:
    """Every transition of a state machine."""
    for name, state in states.items():
        if "Next" in state:
            yield Arrow(name, state["Next"])
        for choice in state.get("Choices", ()):
            yield Arrow(name, choice["Next"], _condition(choice))
        if "Default" in state:
            yield Arrow(name, state["Default"], "else")
        for catch in state.get("Catch", ()):
            yield Arrow(name, catch["Next"], ", ".join(catch["ErrorEquals"]), is_error=True)


def _condition(choice: Mapping[str, Any]) -> str:
    field = choice["Variable"].rpartition(".")[2]
    ((operator, value),) = [(k, v) for k, v in choice.items() if k not in ("Variable", "Next", "Comment")]
    sign = {"NumericGreaterThan": ">", "BooleanEquals": "=", "StringEquals": "="}.get(operator, operator)
    return f"{field} {sign} {str(value).lower() if isinstance(value, bool) else value}"


def rows(start: str, transitions: list[Arrow], states: Mapping[str, Any]) -> dict[str, int]:
    """The row of each state: below all states that lead to it, except by loops."""
    found: dict[str, int] = {}

    def visit(name: str, row: int, above: tuple[str, ...]) -> None:
        if name in above or found.get(name, -1) >= row:
            return
        found[name] = row
        for arrow in transitions:
            if arrow.source == name:
                visit(arrow.target, row + 1, (*above, name))

    visit(start, 0, ())
    return {name: found[name] for name in states}


def svg(name: str, definition: Mapping[str, Any]) -> str:
    """The picture of a state machine."""
    states = definition["States"]
    transitions = list(arrows(states))
    row_of = rows(definition["StartAt"], transitions, states)
    by_row: dict[int, list[str]] = {}
    for state in states:
        by_row.setdefault(row_of[state], []).append(state)
    widest = max(len(row) for row in by_row.values())
    width = 2 * MARGIN + (widest - 1) * ACROSS + WIDTH
    height = len(by_row) * DOWN + 40
    at = {
        state: (width / 2 + (n - (len(row) - 1) / 2) * ACROSS, 50 + number * DOWN)
        for number, row in by_row.items()
        for n, state in enumerate(row)
    }
    drawn = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'font-family="Helvetica, Arial, sans-serif" font-size="12" text-anchor="middle">'
        ),
        f"<title>{escape(name)}</title>",
        (
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
            'orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" fill="#555"/></marker></defs>'
        ),
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        *(_arrow(arrow, at, row_of, width) for arrow in transitions),
        *(_box(state, states[state], at[state]) for state in states),
        "</svg>",
    ]
    return "\n".join(drawn) + "\n"


def _box(name: str, state: Mapping[str, Any], place: tuple[float, float]) -> str:
    x, y = place
    is_callback = str(state.get("Resource", "")).endswith(".waitForTaskToken")
    fill = CALLBACK_FILL if is_callback else FILLS[state["Type"]]
    dashes = ' stroke-dasharray="6 3"' if is_callback else ""
    return (
        f'<rect x="{x - WIDTH / 2}" y="{y - HEIGHT / 2}" width="{WIDTH}" height="{HEIGHT}" rx="9" fill="{fill}" '
        f'stroke="#444"{dashes}/><text x="{x}" y="{y - 6}" font-weight="bold" font-size="14">{escape(name)}</text>'
        f'<text x="{x}" y="{y + 14}" fill="#333">{escape(_caption(state, is_callback=is_callback))}</text>'
    )


def _caption(state: Mapping[str, Any], *, is_callback: bool) -> str:
    match state["Type"]:
        case "Task" if is_callback:
            return f"call, then wait for the answer ≤ {state['TimeoutSecondsPath'].removeprefix('$.')}"
        case "Task":
            step = state.get("Parameters", {}).get("step")
            called = state["Resource"].strip("${}").removesuffix("Arn")
            return f"call {called}" + (f" ({step})" if step else "")
        case "Wait":
            return f"wait {state['SecondsPath'].removeprefix('$.')}"
        case "Choice":
            return "choose"
    return "end"


def _arrow(
    arrow: Arrow, at: Mapping[str, tuple[float, float]], row_of: Mapping[str, int], width: float
) -> str:
    (x1, y1), (x2, y2) = at[arrow.source], at[arrow.target]
    colour = "#b33" if arrow.is_error else "#555"
    if arrow.source == arrow.target:
        side = x1 + WIDTH / 2
        path = f"M{side} {y1 - 12} C{side + 70} {y1 - 34} {side + 70} {y1 + 34} {side} {y1 + 12}"
        label = (side + 40, y1 - HEIGHT / 2 - 8)
    elif row_of[arrow.target] == row_of[arrow.source] + 1:
        top, end = y1 + HEIGHT / 2, y2 - HEIGHT / 2
        bend = 24 if arrow.is_error else 0
        path = f"M{x1 + bend} {top} C{x1 + bend} {top + 40} {x2 + bend} {end - 40} {x2 + bend} {end}"
        label = ((x1 + x2) / 2 + bend, (top + end) / 2 + (16 if arrow.is_error else 0))
    else:
        # Past the rows between, upwards on the left, downwards on the right.
        is_left = row_of[arrow.target] <= row_of[arrow.source]
        sign, edge = (-1, MARGIN / 3) if is_left else (1, width - MARGIN / 3)
        start, end = x1 + sign * WIDTH / 2, x2 + sign * WIDTH / 2
        path = f"M{start} {y1} C{edge} {y1} {edge} {y2} {end} {y2}"
        label = (edge - sign * 10, (y1 + y2) / 2)
    text = (
        f'<text x="{label[0]}" y="{label[1]}" fill="{colour}" stroke="#fff" stroke-width="4" '
        f'paint-order="stroke">{escape(arrow.label)}</text>'
        if arrow.label
        else ""
    )
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5" marker-end="url(#tip)"/>{text}'


def main() -> None:
    """Draw every state machine."""
    DIRECTORY.mkdir(exist_ok=True)
    for name, definition in definitions().items():
        (DIRECTORY / f"{name}.svg").write_text(svg(name, definition))
    print(f"docs/machines: {len(definitions())} pictures")


if __name__ == "__main__":
    main()
