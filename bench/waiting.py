"""How long the threads of processes have waited for a processor, from /proc/<pid>/task/<tid>/schedstat, and programs
for the disk.

A request that is slow because other programs had the processors or the disk shows in these numbers.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.processes import families

NANOSECONDS = 1e9


DISK = Path("/proc/pressure/io")
MICROSECONDS = 1e6


def waited_for_disk() -> float:
    """Seconds so far in which one program or more of the machine waited for the disk; 0 if the kernel doesn't count."""
    try:
        some = DISK.read_text().partition("\n")[0]
    except FileNotFoundError:
        return 0.0
    return int(some.rpartition("total=")[2]) / MICROSECONDS


class Waits:
    """The waits of groups of processes with their descendants."""

    def __init__(self, groups: Mapping[str, Sequence[int]]) -> None:
        self._groups = groups
        self._open: dict[str, dict[Path, int]] = {}
        """Open files, which are read faster than opened."""
        self.find_threads()

    def find_threads(self) -> None:
        """Look for new threads and processes, and forget ended ones."""
        for name, family in families(self._groups).items():
            opened = self._open.setdefault(name, {})
            found = {file for pid in family for file in Path(f"/proc/{pid}/task").glob("*/schedstat")}
            for gone in opened.keys() - found:
                os.close(opened.pop(gone))
            for new in found - opened.keys():
                try:
                    opened[new] = os.open(new, os.O_RDONLY)
                except FileNotFoundError:
                    continue

    def read(self) -> dict[str, dict[Path, float]]:
        """By group, the seconds of each thread so far."""
        return {
            name: {path: _waited(file) for path, file in files.items()} for name, files in self._open.items()
        }


def longest_waits(
    before: Mapping[str, Mapping[Path, float]], after: Mapping[str, Mapping[Path, float]]
) -> dict[str, float]:
    """By group, the seconds between two reads of the thread that waited longest. One that has ended counts for none."""
    return {
        name: max((seconds - before[name].get(path, 0.0) for path, seconds in threads.items()), default=0.0)
        for name, threads in after.items()
    }


def _waited(file: int) -> float:
    try:
        text = os.pread(file, 100, 0)
    except ProcessLookupError:
        return 0.0
    return int(text.split()[1]) / NANOSECONDS
