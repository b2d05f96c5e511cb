"""Races run on the embedded engine, which serves threads and processes at once, with a fresh table per test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from shared.http import endpoint
from shared.store.base import connection
from tests.support.database import leading_to
from tests.support.engine import Account, Engine
from tests.support.players import Player, made_player


@pytest.fixture(autouse=True)
def no_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads race as processes of their own would, which take no turns with each other."""
    monkeypatch.setattr(endpoint, "turn_of", lambda _: nullcontext())


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
