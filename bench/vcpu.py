"""A share of a processor for a process, as Lambda gives one for a function's memory: by a control group of Linux."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FULL_MB = 1769
"""Lambda gives a whole processor at this memory, and a part of one below, in proportion (Lambda, Memory)."""

PERIOD_US = 20_000
GROUPS = Path("/sys/fs/cgroup")


class NoControlGroup(Exception):
    """No control group can be made here; the reason, in a line."""


def share(memory_mb: int) -> float:
    """The part of a processor that a function has."""
    return memory_mb / FULL_MB


class Vcpu:
    """A control group whose processes share a part of a processor."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._is_v2 = (directory / "cpu.max").exists()

    def add(self, pid: int) -> None:
        """Put a process into it."""
        (self._directory / "cgroup.procs").write_text(str(pid))

    def limit(self, part: float) -> None:
        """The part of a processor that its processes have from now on."""
        quota = round(PERIOD_US * part)
        if self._is_v2:
            (self._directory / "cpu.max").write_text(f"{quota} {PERIOD_US}")
        else:
            (self._directory / "cpu.cfs_period_us").write_text(str(PERIOD_US))
            (self._directory / "cpu.cfs_quota_us").write_text(str(quota))


@contextmanager
def vcpu() -> Iterator[Vcpu]:
    """A control group for the time of the block: cpu.max of version 2, or the quota of version 1. NoControlGroup."""
    parent = GROUPS / "cpu" if (GROUPS / "cpu/cpu.cfs_quota_us").exists() else GROUPS
    directory = parent / f"pong-bench-{os.getpid()}"
    try:
        directory.mkdir()
    except OSError as error:
        raise NoControlGroup(
            f"no control group can be made in {parent} ({error.strerror}): run this as root"
        ) from error
    try:
        _prefer(directory)
        yield Vcpu(directory)
    finally:
        directory.rmdir()


def _prefer(directory: Path) -> None:
    """Let its processes come before other programs, as much as Linux allows."""
    weight = directory / "cpu.weight" if (directory / "cpu.weight").exists() else directory / "cpu.shares"
    try:
        weight.write_text("10000" if weight.name == "cpu.weight" else "262144")
    except FileNotFoundError as error:
        raise NoControlGroup(
            f"the control groups in {directory.parent} have no limits of processors"
        ) from error
