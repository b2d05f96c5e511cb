"""Limits as they are in the product, and a clock that stands still until a test moves it.

These tests send hundreds of requests, so they run on one engine; tests/store/test_limits.py runs on all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from shared.settings import settings
from shared.store import limits
from shared.store.base import connection
from tests.support.database import leading_to
from tests.support.engine import Engine


@dataclass(slots=True)
class Clock:
    """The limiter's time, Unix time in milliseconds."""

    now: int = 1_900_000_000_000

    def move(self, seconds: float) -> None:
        self.now += int(seconds * 1000)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(limits, "unix_ms", lambda: made.now)
    return made


@pytest.fixture
def table(engine: Engine) -> Iterator[None]:
    """The tables, empty."""
    made = engine.account()
    with leading_to(made.environment):
        made.create_table(client=connection().client)
        yield


@pytest.fixture(autouse=True)
def _limits_as_in_the_product(monkeypatch: pytest.MonkeyPatch, clock: Clock, table: None) -> Iterator[None]:
    monkeypatch.delenv("LIMIT_FACTOR")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()
