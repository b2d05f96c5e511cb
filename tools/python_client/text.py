"""How the parts of generated Python files are written."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

WIDTH = 110

NOTE = "Made from the OpenAPI document by `make openapi`: don't edit."


def docstring(text: str, indent: int = 4) -> list[str]:
    """A docstring of this text, its lines wrapped; code blocks, lists and tables stay as they are."""
    lines = list(_wrapped(text.strip().splitlines(), WIDTH - indent - 3))
    lines = [line.replace("\\", "\\\\").replace('"""', "'''") for line in lines]
    space = " " * indent
    if len(lines) == 1 and len(lines[0]) + indent + 6 <= WIDTH and not lines[0].endswith('"'):
        return [f'{space}"""{lines[0]}"""']
    first, *others = lines
    return [f'{space}"""{first}', *(f"{space}{line}" if line else "" for line in others), f'{space}"""']


def _wrapped(lines: Iterable[str], width: int) -> Iterator[str]:
    for plain, part in groupby(lines, lambda line: bool(line) and not line.startswith((" ", "|", "- "))):
        if plain:
            yield from textwrap.wrap(" ".join(part), width, break_long_words=False, break_on_hyphens=False)
        else:
            yield from (line.rstrip() for line in part)


def imported(module: str, names: Iterable[str]) -> str:
    """An import statement, on several lines if it is long."""
    names = sorted(set(names))
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")"


def used(names: Iterable[str], code: str) -> Iterator[str]:
    """Those of the names that occur in the code as words."""
    words = set(re.findall(r"\w+", code))
    return (name for name in names if name in words)


def module(sentence: str, imports: Iterable[str], body: Iterable[str]) -> str:
    """A whole file."""
    head = [f'"""{sentence} {NOTE}"""', "", "from __future__ import annotations", "", *imports, "", ""]
    return "\n".join([*head, *body]).rstrip() + "\n"
