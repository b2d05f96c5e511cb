"""Chooses where a starting process begins to read, so that clients of its predecessor can resume.

A mark says how far a process had read every shard at some time (shared/store/checkpoints.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared.store.checkpoints import Mark
from sse.tail import Start


def choose_start(marks: Iterable[Mark], *, stream_created: float, now: float, window: float) -> Start:
    """The latest mark that is at least `window` seconds old, else the oldest mark.

    A stream younger than the window is read from its beginning. An older stream without a useful mark is read from
    now on: reading a day of records would keep clients waiting; they get `resync` instead.
    """
    by_age = sorted(marks, key=lambda mark: mark.taken_at)
    if stream_created > now - window:
        return Start(otherwise="horizon")
    # When no process ran for that long, no client is left that could resume.
    if not by_age or by_age[-1].taken_at < now - 2 * window:
        return Start(otherwise="latest", covered_since=now)
    old_enough = [mark for mark in by_age if mark.taken_at <= now - window]
    chosen = old_enough[-1] if old_enough else by_age[0]
    return Start(chosen.positions, otherwise="horizon", covered_since=chosen.taken_at)


def obsolete(taken: Sequence[float], *, now: float, window: float) -> list[float]:
    """The times of marks that no start will choose any more: those older than the window, but not the latest of them.

    `taken` is sorted, oldest first.
    """
    return [moment for moment in taken if moment <= now - window][:-1]
