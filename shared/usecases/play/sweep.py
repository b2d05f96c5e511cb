"""The sweep does what clocks should have done: it ends overdue matches, and takes overdue steps of tournaments.

A clock can be lost: its start has failed for too long, its steps have failed, the table was restored. The sweep finds
what is overdue by lists that sort by time, so it reads running matches and overdue steps, and nothing else. It calls
the use cases of the clocks, whose transactions require what they have read: a clock and a sweep at the same instant end
a match once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from shared.domain.ids import first_id, id_time
from shared.logs import count, log
from shared.settings import settings
from shared.store import keys
from shared.store.base import BATCH, read_items
from shared.store.play.clock_queue import CLOSE, CONNECT, Step
from shared.store.play.matches import MatchRow, read_running_since_before
from shared.store.play.tournaments import read_due_before
from shared.usecases.play import match_clock
from shared.usecases.play.tournament_steps import take_next_step
from shared.usecases.rerun import PATIENT_RERUNS, rerun

End = Callable[[], str | None]
"""Ends what is overdue. Returns the step that it has taken; None if a clock was first."""

GRACE = timedelta(seconds=10)
"""What is overdue for less is left to its clock. With a sweep every 30 seconds all is done within a minute."""


def sweep(now: datetime) -> None:
    """End what is overdue, one by one; each is logged and counted (OverdueSwept).

    What fails holds up nothing else. At the end an ExceptionGroup has all failures.
    """
    failures: list[Exception] = []
    for kind, id_, end in _overdue(now - GRACE):
        try:
            step = rerun(end, PATIENT_RERUNS)
        except Exception as error:  # noqa: BLE001 (raised below)
            log().error("sweep failed", exc_info=error, extra={"kind": kind, "id": id_})
            failures.append(error)
        else:
            if step:
                count("OverdueSwept", "overdue", kind=kind, id=id_, step=step)
    if failures:
        raise ExceptionGroup("overdue and not ended", failures)


def _overdue(before: datetime) -> Iterator[tuple[str, int, End]]:
    """What was due before a time: its kind, its id, and what ends it."""
    for shard in range(keys.MATCH_SHARDS):
        for match_id, end in _matches(shard, before):
            yield "match", match_id, end
    for shard in range(keys.DUE_SHARDS):
        for tournament_id in read_due_before(shard, before):
            yield "tournament", tournament_id, partial(take_next_step, tournament_id, before)


def _matches(shard: int, before: datetime) -> Iterator[tuple[int, End]]:
    """A shard's matches that are too old, or that no player has come to. A BatchGetItem per 100 running ones."""
    oldest = before - timedelta(seconds=settings().match_max_seconds)
    unconnected = before - timedelta(seconds=settings().connect_timeout_seconds)
    started = read_running_since_before(shard, first_id(unconnected))
    for first in range(0, len(started), BATCH):
        found = read_items(keys.match(match_id) for match_id in started[first : first + BATCH])
        for row in found.values():
            if not isinstance(row, MatchRow):
                continue
            if id_time(row.state.id) < oldest:
                yield row.state.id, partial(_take, CLOSE, row.state.id)
            elif not row.state.anybody_connected:
                yield row.state.id, partial(_take, CONNECT, row.state.id)


def _take(step: Step, match_id: int) -> str | None:
    return step if match_clock.take(step, match_id) == "ended" else None
