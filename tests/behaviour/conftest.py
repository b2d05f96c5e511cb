"""Users of the tests of behaviour, on each of the engines."""

from __future__ import annotations

import pytest

from tests.support.players import Player, made_player


@pytest.fixture
def alice(table: None) -> Player:
    return made_player("Alice")


@pytest.fixture
def bobby(table: None) -> Player:
    return made_player("Bobby")
