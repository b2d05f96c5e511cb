"""The sweep does what clocks should have done: it ends overdue matches, and takes overdue steps of tournaments.

A clock can be lost: its start has failed for too long, its steps have failed, the table was restored. The sweep finds
what is overdue by lists that sort by time, so it reads running matches and overdue steps, and nothing else. It calls
the use cases of the clocks, whose transactions require what they have read: a clock and a sweep at the same instant end
a match once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from shared.domain.ids import first_id, id_time
from shared.domain.play.matches import Match
from shared.logs import count, log
from shared.metrics import emit
from shared.settings import settings
from shared.store import keys
from shared.store.base import BATCH, Item, failure, read_items
from shared.store.play.clock_queue import CLOSE, CONNECT, Step
from shared.store.play.matches import MatchRow, read_running_of
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

    What fails holds up nothing else, be it a list, a row or an end. At the end an ExceptionGroup has all failures.
    """
    failures: list[Exception] = []
    for kind, id_, end in _overdue(now - GRACE, failures):
        with _failing_alone(failures, kind=kind, id=id_):
            if step := rerun(end, PATIENT_RERUNS):
                count("OverdueSwept", "overdue", kind=kind, id=id_, step=step)
    if failures:
        raise ExceptionGroup("overdue and not ended", failures)


@contextmanager
def _failing_alone(failures: list[Exception], **what: object) -> Iterator[None]:
    """An error within it is logged and kept, and ends nothing outside of it."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 (`sweep` raises it)
        log().error("sweep failed", exc_info=error, extra=what)
        failures.append(error)


def _overdue(before: datetime, failures: list[Exception]) -> Iterator[tuple[str, int, End]]:
    """What was due before a time: its kind, its id, and what ends it."""
    oldest = before - timedelta(seconds=settings().match_max_seconds)
    unconnected = before - timedelta(seconds=settings().connect_timeout_seconds)
    for running in _running(failures):
        started = [match_id for match_id in running if match_id < first_id(unconnected)]
        for match in _matches(started, failures):
            if id_time(match.id) < oldest:
                yield "match", match.id, partial(_take, CLOSE, match.id)
            elif not match.anybody_connected:
                yield "match", match.id, partial(_take, CONNECT, match.id)
    for shard in range(keys.DUE_SHARDS):
        due: list[int] = []
        with _failing_alone(failures, kind="tournament", shard=shard):
            due = read_due_before(shard, before)
        for tournament_id in due:
            yield "tournament", tournament_id, partial(take_next_step, tournament_id, before)


def _running(failures: list[Exception]) -> list[list[int]]:
    """The running matches of each list, the oldest first. Their number is counted if all lists can be read."""
    found: list[list[int]] = []
    for shard in range(keys.MATCH_SHARDS):
        with _failing_alone(failures, kind="match", shard=shard):
            found.append([row.match_id for row in read_running_of(shard)])
    if len(found) == keys.MATCH_SHARDS:
        emit({"MatchesRunning": sum(map(len, found))})
    return found


def _matches(ids: Sequence[int], failures: list[Exception]) -> Iterator[Match]:
    """Matches as they are now, with a BatchGetItem per 100."""
    for first in range(0, len(ids), BATCH):
        yield from _read(ids[first : first + BATCH], failures)


def _read(ids: Sequence[int], failures: list[Exception]) -> list[Match]:
    """Up to 100 matches by one call; if one of them can't be read, by a call each."""
    found: Mapping[keys.Key, Item] = {}
    with _failing_alone(failures, kind="match", ids=ids):
        try:
            found = read_items(map(keys.match, ids))
        except Exception as error:
            if len(ids) == 1 or failure(error):
                raise
            return [match for match_id in ids for match in _read([match_id], failures)]
    return [row.state for row in found.values() if isinstance(row, MatchRow)]


def _take(step: Step, match_id: int) -> str | None:
    return step if match_clock.take(step, match_id) == "ended" else None
