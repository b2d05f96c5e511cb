"""The processes below a process, by the process table; and ending processes without warning."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def kill(pids: Iterable[int]) -> None:
    """End processes without warning, as a power cut does."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def children_of(pid: int) -> list[int]:
    """The processes that this one has started."""
    return _children().get(pid, [])


def descendants_of(pid: int) -> set[int]:
    """All processes below this one."""
    children, found, ahead = _children(), set[int](), [pid]
    while ahead:
        below = children.get(ahead.pop(), [])
        found.update(below)
        ahead += below
    return found


def leaves_below(pid: int) -> list[int]:
    """The processes below this one that have no children."""
    children = _children()
    return [each for each in descendants_of(pid) if each not in children]


def _children() -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(FileNotFoundError, ProcessLookupError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    return children
