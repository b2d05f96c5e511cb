"""Ending processes of a running stack without warning."""

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


def leaves_below(pid: int) -> list[int]:
    """The ids of the processes below a process that have no children; these do the work."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    ahead, leaves = list(children.get(pid, ())), []
    while ahead:
        each = ahead.pop()
        below = children.get(each, ())
        ahead += below
        if not below:
            leaves.append(each)
    return leaves
