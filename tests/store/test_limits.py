"""The limits' table: one conditional write per request, refusals that are remembered, addresses that are known."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from shared.domain.limits import LOGIN, By, Limit
from shared.settings import settings
from shared.store import limits
from shared.store.base import connection

FIVE = Limit(name="five", burst=5, seconds=60, by=By.ACCOUNT)
NOW = 1_800_000_000_000


@pytest.fixture(autouse=True)
def _current_engine(transaction_items: int, table: None) -> None:
    if transaction_items < 100:
        pytest.skip("this DynamoDB Local is from before refusals could return the old item")


def admitted(caller: str, count: int, now: int = NOW) -> int:
    return sum(limits.charge(FIVE, caller, now).quota.admitted for _ in range(count))


def test_a_burst_is_admitted_for_each_caller() -> None:
    assert [admitted("alice", 9), admitted("bobby", 9)] == [5, 5]


def test_a_request_is_one_update(calls: list[str]) -> None:
    admitted("alice", 5)

    assert calls == ["UpdateItem"] * 5


def test_a_refusal_is_remembered_until_it_ends(calls: list[str]) -> None:
    assert admitted("alice", 100) == 5
    assert calls == ["UpdateItem"] * 5
    assert admitted("alice", 3, NOW + FIVE.interval) == 1


def test_a_process_that_has_seen_nothing_learns_of_a_refusal_by_one_call(calls: list[str]) -> None:
    admitted("alice", 5)
    limits.forget()
    calls.clear()

    charge = limits.charge(FIVE, "alice", NOW)
    assert (charge.quota.admitted, charge.quota.retry_seconds, calls) == (False, 12, ["UpdateItem"])


def test_a_process_that_has_missed_requests_needs_a_second_call(calls: list[str]) -> None:
    admitted("alice", 2)
    limits.forget()
    calls.clear()

    assert limits.charge(FIVE, "alice", NOW).quota.remaining == 2
    assert calls == ["UpdateItem"] * 2


def test_what_a_process_remembers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_SEEN", 3)
    for number in range(9):
        admitted(f"caller-{number}", 1)

    assert len(limits._seen) == 3


def test_the_table_holds_no_name_and_no_address_and_every_item_goes() -> None:
    state = limits.charge(LOGIN, "alice", NOW).state
    limits.make_known(LOGIN, "alice", "203.0.113.7", state)
    items = connection().client.scan(TableName=limits.table_name())["Items"]

    assert len(items) == 1
    assert not [text for text in ("alice", "203.0.113.7") if text in str(items)]
    assert all("expires_at" in item for item in items)


def test_an_address_becomes_known_and_stays_while_others_log_in() -> None:
    for number in range(limits.MAX_KNOWN + 2):
        state = limits.charge(LOGIN, "alice", NOW + number * LOGIN.interval).state
        limits.make_known(LOGIN, "alice", f"203.0.113.{number}", state)
    limits.forget()
    known = limits.charge(LOGIN, "alice", NOW + 100 * LOGIN.interval).state.known

    assert known == tuple(limits.digest("alice", f"203.0.113.{n}") for n in range(2, limits.MAX_KNOWN + 2))


def test_a_known_address_is_written_once(calls: list[str]) -> None:
    for _ in range(3):
        state = limits.charge(LOGIN, "alice", NOW).state
        limits.make_known(LOGIN, "alice", "203.0.113.7", state)

    assert len(calls) == 4


@pytest.fixture
def _no_table() -> Iterator[None]:
    os.environ["TABLE_NAME"] = "elsewhere"
    settings.cache_clear()
    yield
    os.environ["TABLE_NAME"] = "pong"
    settings.cache_clear()


@pytest.mark.usefixtures("_no_table")
def test_a_table_that_is_away_is_a_failure_of_the_limiter() -> None:
    with pytest.raises(limits.LimiterFailed):
        limits.charge(FIVE, "alice", NOW)
