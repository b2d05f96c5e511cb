"""Races run on the embedded engine, which serves threads and processes at once, with a fresh table per test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.store.base import connection
from tests.support.database import leading_to
from tests.support.engine import Account, Engine
from tests.support.players import Player, made_player


@pytest.fixture
def account(engine: Engine) -> Iterator[Account]:
    """An account with an empty table, which this process's store talks to."""
    made = engine.account()
    with leading_to(made.environment):
        made.create_table(client=connection().client)
        yield made


@pytest.fixture
def alice(account: Account) -> Player:
    return made_player("Alice")


@pytest.fixture
def bobby(account: Account) -> Player:
    return made_player("Bobby")
