"""Races are run on the embedded engine, on a fresh table per test: it serves threads and processes at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.store.base import connection
from tests.support.database import leading_to
from tests.support.engine import Account, Engine


@pytest.fixture
def account(engine: Engine) -> Iterator[Account]:
    """An account with an empty table, to which this process's store leads."""
    made = engine.account()
    with leading_to(made.environment):
        made.create_table(client=connection().client)
        yield made
