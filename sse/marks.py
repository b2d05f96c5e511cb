"""Where a starting process begins to read, so that clients of the one before it can resume."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.store.checkpoints import Mark
from sse.tail import Start


@dataclass(frozen=True, slots=True)
class Beginning:
    """A start, and from when on everything committed will have been read (Unix time, seconds)."""

    start: Start
    covered_since: float


def choose(marks: Iterable[Mark], *, stream_created: float, now: float, window: float) -> Beginning:
    """The latest mark that is at least `window` seconds old; else what comes nearest to it.

    A stream younger than the window is read from its beginning. Without a mark of use, an older stream is
    read from now on: reading a day of records would keep clients waiting, and `resync` is the honest answer.
    """
    by_age = sorted(marks, key=lambda mark: mark.taken_at)
    if stream_created > now - window:
        return Beginning(Start(otherwise="horizon"), covered_since=0.0)
    # Where no container ran for that long, there is nobody left who could resume.
    if not by_age or by_age[-1].taken_at < now - 2 * window:
        return Beginning(Start(otherwise="latest"), covered_since=now)
    old_enough = [mark for mark in by_age if mark.taken_at <= now - window]
    chosen = old_enough[-1] if old_enough else by_age[0]
    return Beginning(Start(chosen.positions, otherwise="horizon"), covered_since=chosen.taken_at)


def superfluous(taken: Sequence[float], *, now: float, window: float) -> list[float]:
    """Those of these moments, oldest first, that no start will choose any more.

    All but the latest of those older than the window.
    """
    old = [moment for moment in taken if moment <= now - window]
    return old[:-1]
