"""Doing things at the same instant, and overtaking at the worst one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from shared.store.unit_of_work import UnitOfWork

Result = TypeVar("Result")


def at_once(*actions: Callable[[], Result]) -> Sequence[Result]:
    """What the actions return, each run in a thread of its own; none starts before all are ready."""
    barrier = threading.Barrier(len(actions))

    def run(action: Callable[[], Result]) -> Result:
        barrier.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def overtaken(by: Callable[[], object], action: Callable[[], Result]) -> Result:
    """What the action returns when, all being read and decided, somebody else is first to write."""
    commit = UnitOfWork.commit

    def commit_too_late(work: UnitOfWork) -> None:
        patch.undo()
        by()
        commit(work)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(UnitOfWork, "commit", commit_too_late)
        return action()
