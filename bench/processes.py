"""CPU time and memory of the stack's processes, from /proc.

RSS is the resident memory. PSS divides each shared page among the processes that share it: the sum counts a page once.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """Memory in bytes of a process and all its descendants."""

    name: str
    processes: int
    rss: int
    pss: int


def groups_of(pids: Mapping[str, int]) -> dict[str, list[int]]:
    """The process ids of run.json by the names in the tables."""
    return {name: [pid] for name, pid in pids.items()}


def usage(groups: Mapping[str, Sequence[int]]) -> list[Usage]:
    """The memory of each group with the descendants of its processes. Ended processes are left out."""
    return [_sum(name, family) for name, family in families(groups).items()]


def cpu_seconds(groups: Mapping[str, Sequence[int]]) -> dict[str, float]:
    """The CPU seconds of each group with the descendants of its processes so far, user and system.

    The kernel counts it in ticks of 10 ms, so differences over less than a second are coarse.
    """
    return {name: sum(map(_cpu, family)) for name, family in families(groups).items()}


def spent(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """The CPU seconds of each group between two `cpu_seconds`; a new one had none before."""
    return {name: seconds - before.get(name, 0.0) for name, seconds in after.items()}


def resident(groups: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """The resident bytes of each group. Unlike `usage` it doesn't look at each page, so it never holds a process up."""
    return {name: sum(map(_resident, family)) for name, family in families(groups).items()}


def busy_seconds() -> float:
    """The CPU seconds of all processes of this machine so far, all processors together."""
    fields = (PROC / "stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _iowait, irq, soft_irq, steal = map(int, fields[:8])
    return (user + nice + system + irq + soft_irq + steal) / TICKS_PER_SECOND


def families(groups: Mapping[str, Sequence[int]]) -> dict[str, set[int]]:
    """Each group with all descendants of its processes.

    A descendant in a group of its own counts only there, with its own descendants.
    """
    children = _children()
    named = {pid for group in groups.values() for pid in group}
    return {
        name: {member for pid in group for member in _family(pid, children, named - {pid})}
        for name, group in groups.items()
    }


def _cpu(pid: int) -> float:
    try:
        fields = _stat(PROC / str(pid) / "stat")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def _resident(pid: int) -> int:
    try:
        return int((PROC / str(pid) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _stat(path: Path) -> list[str]:
    # The second field is the name in parentheses and may hold spaces: the fields start after it.
    return path.read_text().rpartition(")")[2].split()


def rss_of(pid: int) -> int:
    """Resident bytes of one process and its descendants."""
    return _sum("", _family(pid, _children(), set())).rss


def _sum(name: str, pids: set[int]) -> Usage:
    alive = [read for pid in pids if (read := _read(pid)) is not None]
    return Usage(name, len(alive), sum(rss for rss, _ in alive), sum(pss for _, pss in alive))


def _read(pid: int) -> tuple[int, int] | None:
    try:
        text = (PROC / str(pid) / "smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    kib = {line.split()[0]: int(line.split()[1]) for line in text.splitlines()[1:]}
    return kib["Rss:"] * 1024, kib["Pss:"] * 1024


def _family(pid: int, children: Mapping[int, list[int]], others: set[int]) -> set[int]:
    found = {pid}
    for child in children.get(pid, []):
        if child not in others:
            found |= _family(child, children, others)
    return found


def _children() -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            parent = int(_stat(stat)[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    return children
