"""A live log with a colour per player, and tables; without colour where the output is no terminal."""

import os
import sys
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TextIO

_NAME_COLOURS = ("36", "33", "35", "32", "34", "96", "93", "95", "92", "94")
GOOD, BAD, FAINT, STRONG = "32", "31", "2", "1"


def wants_colour(out: TextIO) -> bool:
    """Colour on a terminal only, and never where NO_COLOR is set (no-color.org)."""
    return out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width_of(text: str) -> int:
    """Columns that the text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


@dataclass
class Terminal:
    """Writes lines as things happen; times are seconds since it was made."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    colour: bool | None = None
    name_width: int = 20
    text_width: int = 52
    started: float = field(default_factory=time.monotonic)
    _colours: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.colour is None:
            self.colour = wants_colour(self.out)

    def paint(self, text: str, *codes: str) -> str:
        """The text in colour, or as it is."""
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if self.colour and codes else text

    def name(self, name: str) -> str:
        """The name in its own colour, the same throughout."""
        return self.paint(
            name, self._colours.setdefault(name, _NAME_COLOURS[len(self._colours) % len(_NAME_COLOURS)])
        )

    def line(self, text: str = "") -> None:
        """One line, written at once."""
        print(text, file=self.out, flush=True)

    def title(self, text: str) -> None:
        """A heading with room around it."""
        self.line(f"\n  {self.paint(text, STRONG)}\n")

    def say(self, name: str, text: str, note: str = "") -> None:
        """One thing that happened: the time, the player's name, the text, and a faint technical note."""
        at = self.paint(f"{time.monotonic() - self.started:7.2f} s", FAINT)
        # Padded before it is painted: the codes take no room on the screen.
        name_room = " " * max(0, self.name_width - width_of(name))
        note_room = " " * max(2, self.text_width - width_of(text))
        painted_note = note_room + self.paint(note, FAINT) if note else ""
        self.line(f"{at}  {self.name(name)}{name_room}  {text}{painted_note}")

    def problem(self, text: str) -> None:
        """A problem, marked red."""
        self.line(f"  {self.paint('✗', BAD, STRONG)} {text}")

    def success(self, text: str) -> None:
        """A success, marked green."""
        self.line(f"  {self.paint('✓', GOOD, STRONG)} {text}")

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> None:
        """A table; the first `left` columns are flush left, the others flush right."""
        widths = [max(width_of(row[i]) for row in [head, *rows]) for i in range(len(head))]

        def cells(row: Sequence[str]) -> list[str]:
            padded = []
            for index, (cell, width) in enumerate(zip(row, widths, strict=True)):
                room = " " * (width - width_of(cell))
                padded.append(cell + room if index < left else room + cell)
            return padded

        self.line("  " + "   ".join(self.paint(cell, STRONG) for cell in cells(head)))
        self.line("  " + self.paint("   ".join("─" * width for width in widths), FAINT))
        for row in rows:
            first, *rest = cells(row)
            name = row[0]
            painted = self.name(name) + first[len(name) :] if name in self._colours else first
            self.line("  " + "   ".join([painted, *(self._verdict(cell) for cell in rest)]))

    def _verdict(self, cell: str) -> str:
        return {"won": self.paint(cell, GOOD), "lost": self.paint(cell, FAINT)}.get(cell.strip(), cell)
