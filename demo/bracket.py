"""A tournament's bracket as text: every stage is a column, winners go on to the right."""

from collections.abc import Iterator
from typing import Any

from demo.terminal import FAINT, GOOD, STRONG, Terminal

COLUMN = 27
NAME = 19

Json = dict[str, Any]


def _lines(terminal: Terminal, tournament: Json, seeds: dict[int, int]) -> list[str]:
    stages = list(tournament["matches"].items())
    first = len(stages[0][1]) * 2
    grid: list[dict[int, str]] = [{} for _ in range(2 * first - 1)]
    for column, (_, matches) in enumerate(stages):
        step = 2 ** (column + 1)
        for place, cell in enumerate(_cells(terminal, matches, seeds)):
            grid[step * place + step // 2 - 1][column] = cell
    head = "".join(terminal.paint(name.ljust(COLUMN), STRONG) for name, _ in stages)
    body = ["".join(row.get(n, " " * COLUMN) for n in range(len(stages))).rstrip() for row in grid]
    return ["", f"  {head}", "", *(f"  {line}" for line in body), ""]


def _cells(terminal: Terminal, matches: list[Json], seeds: dict[int, int]) -> Iterator[str]:
    for match in matches:
        for side, place in (("a", "user_1"), ("b", "user_2")):
            user = match[place]
            if user is None:
                text = "—" if match["finished"] else "·"
                yield terminal.paint(f"    {text}".ljust(COLUMN), FAINT)
                continue
            score = match["teams"][side]["score"]
            shown = str(score) if match["id"] or match["finished"] else " "
            text = f"{seeds.get(user['id'], 0):>2}  {user['username'][:NAME]:<{NAME}} {shown:>2} "
            won = match["winner"] == side
            colours = (GOOD, STRONG) if won else (FAINT,) if match["finished"] else ()
            yield terminal.paint(text.ljust(COLUMN), *colours)


class Drawing:
    """Draws a bracket. On a terminal each drawing replaces the one before."""

    def __init__(self, terminal: Terminal, seeds: dict[int, int]) -> None:
        self._terminal = terminal
        self._seeds = seeds
        self._height = 0

    def show(self, tournament: Json) -> None:
        """Draw the bracket of a tournament as the API shows it."""
        lines = _lines(self._terminal, tournament, self._seeds)
        if self._height and self._terminal.colour:
            self._terminal.line(f"\x1b[{self._height + 1}F\x1b[J")
        for line in lines:
            self._terminal.line(line)
        self._height = len(lines)
