"""Running actions at the same instant, or one right before the other's commit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from shared.store.unit_of_work import UnitOfWork

Result = TypeVar("Result")


def at_once(*actions: Callable[[], Result]) -> Sequence[Result]:
    """Run each action in a thread of its own, all starting together; returns their results."""
    barrier = threading.Barrier(len(actions))

    def run(action: Callable[[], Result]) -> Result:
        barrier.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def commit_after(other: Callable[[], object], action: Callable[[], Result]) -> Result:
    """Run `action`, and `other` between its last read and its first commit; returns the result of `action`."""
    commit = UnitOfWork.commit

    def commit_too_late(work: UnitOfWork) -> None:
        patch.undo()
        other()
        commit(work)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(UnitOfWork, "commit", commit_too_late)
        return action()
