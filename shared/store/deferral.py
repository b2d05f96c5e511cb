"""Holding a change back until its request's answer is known, so that one transaction stores both.

Only requests with an idempotency key do this (shared/http/idempotency.py); all other changes are written by their
commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.store.unit_of_work import UnitOfWork


class Held:
    """The change of one request that has committed it, and the actions that follow."""

    def __init__(self) -> None:
        self.change: UnitOfWork | None = None
        self.after: list[Callable[[], object]] = []

    def hold(self, change: UnitOfWork) -> None:
        """Keep a change for later. RuntimeError for a second one: `afterwards` is for those."""
        if self.change is not None:
            raise RuntimeError(
                "a request with an idempotency key commits one change; run others `afterwards`"
            )
        self.change = change


_held: ContextVar[Held | None] = ContextVar("held", default=None)


@contextmanager
def holding() -> Iterator[Held]:
    """Within it, a commit writes nothing: the change is held."""
    held = Held()
    token = _held.set(held)
    try:
        yield held
    finally:
        _held.reset(token)


def is_held(change: UnitOfWork) -> bool:
    """Hold a change that is being committed, if changes are held here. False if it has to be written now."""
    held = _held.get()
    if held is not None:
        held.hold(change)
    return held is not None


def afterwards(action: Callable[[], object]) -> None:
    """Run an action that needs the change written and adds nothing to the answer: now, or once the change is."""
    held = _held.get()
    if held is None:
        action()
    else:
        held.after.append(action)
