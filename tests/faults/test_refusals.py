"""What clients of the API are told while DynamoDB fails: when to come again, and nothing wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.store.base import connection
from tests.faults.conftest import Shim
from tests.support.calls import Answer, call
from tests.support.database import items_of, leading_to
from tests.support.engine import Engine
from tests.support.players import Player, made_player


@pytest.fixture
def players(shim: Shim, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Player, Player]]:
    """Two users in a table that this process's store reaches by the shim. The SDK's pauses are left out."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    account = shim.through(engine.account())
    with leading_to(account.environment):
        account.create_table(client=connection().client)
        yield made_player("Alice"), made_player("Bobby")


def reading(players: tuple[Player, Player]) -> Answer:
    return call("GET", "/users/me/", players[0].access)


def writing(players: tuple[Player, Player]) -> Answer:
    alice, bobby = players
    return call("POST", "/users/me/friend_requests/", alice.access, {"username": bobby.name})


@pytest.mark.parametrize("kind", ["throttled", "failed", "cut"])
def test_a_reading_that_fails_says_when_to_come_again(
    shim: Shim, players: tuple[Player, Player], kind: str
) -> None:
    shim.set(rates={kind: 1.0})
    answer = reading(players)

    expected = (429, "throttled") if kind == "throttled" else (503, "unavailable")
    assert (answer.status, answer.body["code"]) == expected
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("kind", "status", "is_there"),
    [
        ("conflict", 429, False),
        ("throttled", 429, False),
        ("failed_after", 503, True),
        ("cut_after", 503, True),
        ("in_progress", 503, True),
    ],
)
def test_only_a_change_that_was_not_made_is_said_to_be_refused(
    shim: Shim, players: tuple[Player, Player], kind: str, status: int, *, is_there: bool
) -> None:
    shim.set(rates={kind: 1.0})
    answer = writing(players)

    shim.set(rates={})
    assert answer.status == status
    assert int(answer.headers["Retry-After"]) > 0
    assert bool(items_of("friendship")) is is_there
