"""A unit of work is one change, done or undone, and every refusal says which condition didn't hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ClientError, ReadTimeoutError
from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import PynamoDBException

from shared.domain.errors import RaceLost, Throttled, Unavailable
from shared.domain.ids import id_time
from shared.store import keys
from shared.store.accounts.seats import Seat
from shared.store.base import Item, Key, connection, failure, read_item, read_items, read_partition
from shared.store.outbox import Outbox, Timer
from shared.store.unit_of_work import OUTBOX_KEPT, TIMER_KEPT, UnitOfWork
from shared.usecases.rerun import rerun
from tests.support.database import raw_items

pytestmark = pytest.mark.usefixtures("table")

NOW = datetime(2026, 11, 23, 18, 30, 0, 123456, UTC)


class FirstRefusal(Exception):
    pass


class SecondRefusal(Exception):
    pass


class Box(Item, discriminator="box"):
    number = NumberAttribute(default=0)


def box(owner: int, number: int = 0) -> Box:
    return Box.at(keys.inbox(owner), number=number)


def stored(*items: Item) -> None:
    work = UnitOfWork()
    for item in items:
        work.put(item)
    work.commit()


def count(owner: int) -> int | None:
    item = read_item(keys.inbox(owner))
    return int(item.number) if isinstance(item, Box) else None


def test_a_change_of_all_kinds_is_written_at_once() -> None:
    stored(box(1), box(2), box(3))
    work = UnitOfWork()
    work.check(box(1), Box.number == 0)
    work.delete(box(2))
    work.update(box(3), [Box.number.add(5)])
    work.put(box(4, 7))
    work.commit()
    assert [count(owner) for owner in (1, 2, 3, 4)] == [0, None, 5, 7]


@pytest.mark.parametrize("failing", ["check", "delete", "put", "update", "replace"])
def test_one_failed_condition_undoes_everything_and_raises_its_own_error(failing: str) -> None:
    stored(box(1), box(2))
    work = UnitOfWork()
    work.update(box(1), [Box.number.add(1)], otherwise=FirstRefusal)
    work.put(box(3), otherwise=FirstRefusal)
    refusal = SecondRefusal
    {
        "check": lambda: work.check(box(2), Box.number == 9, refusal),
        "delete": lambda: work.delete(box(9), otherwise=refusal),
        "put": lambda: work.put(box(2), refusal),
        "update": lambda: work.update(box(2), [Box.number.add(1)], Box.number == 9, refusal),
        "replace": lambda: work.replace(box(2), Box.number == 9, refusal),
    }[failing]()
    with pytest.raises(SecondRefusal):
        work.commit()
    assert [count(owner) for owner in (1, 2, 3)] == [0, 0, None]


def test_the_error_is_that_of_the_failed_condition_in_any_order_of_writes() -> None:
    stored(box(1), box(2), box(3))
    for failing in (1, 2, 3, 4):
        refusals = {number: type(f"Refusal{number}", (Exception,), {}) for number in (1, 2, 3, 4)}
        condition = {n: Box.number == (9 if n == failing else 0) for n in (1, 2, 3)}
        work = UnitOfWork()
        work.update(box(1), [Box.number.add(1)], condition[1], refusals[1])
        work.put(box(3 if failing == 4 else 4), refusals[4])
        if failing != 4:
            work.delete(box(3), condition[3], refusals[3])
        work.check(box(2), condition[2], refusals[2])
        with pytest.raises(refusals[failing]):
            work.commit()
        assert [count(owner) for owner in (1, 2, 3, 4)] == [0, 0, 0, None]


def test_of_two_failed_conditions_the_one_with_an_error_of_its_own_is_raised() -> None:
    work = UnitOfWork()
    work.update(box(1), [Box.number.add(1)])
    work.delete(box(2), otherwise=FirstRefusal)
    work.update(box(3), [Box.number.add(1)])
    with pytest.raises(FirstRefusal):
        work.commit()


@pytest.mark.parametrize("writes", [1, 2])
def test_a_failed_condition_without_an_error_of_its_own_is_a_lost_race(writes: int) -> None:
    work = UnitOfWork()
    for owner in range(writes):
        work.update(box(owner), [Box.number.add(1)])
    with pytest.raises(RaceLost):
        work.commit()


@pytest.mark.parametrize("writes", [1, 2])
def test_putting_an_existing_item_changes_nothing(writes: int) -> None:
    stored(box(1, 5))
    work = UnitOfWork()
    work.put(box(1, 6), otherwise=FirstRefusal)
    for owner in range(2, writes + 1):
        work.put(box(owner))
    with pytest.raises(FirstRefusal):
        work.commit()
    assert count(1) == 5
    assert count(2) is None


@pytest.mark.parametrize("writes", [1, 2])
@pytest.mark.parametrize("condition", [None, Box.number.does_not_exist()])
def test_an_update_of_a_missing_item_creates_none(writes: int, condition: Any) -> None:
    work = UnitOfWork()
    work.update(box(1), [Box.number.add(1)], condition, FirstRefusal)
    for owner in range(2, writes + 1):
        work.put(box(owner))
    with pytest.raises(FirstRefusal):
        work.commit()
    assert raw_items() == []


@pytest.mark.parametrize("writes", [1, 2])
def test_deleting_a_missing_item_is_refused(writes: int) -> None:
    stored(box(2))
    work = UnitOfWork()
    work.delete(box(1), otherwise=FirstRefusal)
    for owner in range(2, writes + 1):
        work.delete(box(owner))
    with pytest.raises(FirstRefusal):
        work.commit()
    assert count(2) == 0


@pytest.mark.parametrize("writes", [1, 2])
def test_a_conditional_write_happens_when_its_condition_holds(writes: int) -> None:
    stored(box(1, 5), box(2, 5))
    work = UnitOfWork()
    work.replace(box(1, 6), Box.number == 5)
    for owner in range(2, writes + 1):
        work.delete(box(owner), Box.number == 5)
    work.commit()
    assert count(1) == 6
    assert count(2) == (5 if writes == 1 else None)


def test_a_write_after_a_newer_write_than_its_read_loses_the_race() -> None:
    stored(Seat.of(1))
    seats = [read_item(keys.seat(1)) for _ in range(2)]
    for number, seat in enumerate(seats):
        assert isinstance(seat, Seat)
        work = UnitOfWork()
        work.update(seat, seat.enter_place("queue", "duel", "ticket"), when=seat.unchanged())
        if number == 0:
            work.commit()
        else:
            with pytest.raises(RaceLost):
                work.commit()


def test_one_write_alone_is_no_transaction(calls: list[str]) -> None:
    writes: list[Callable[[UnitOfWork], None]] = [
        lambda work: work.put(box(1)),
        lambda work: work.update(box(1), [Box.number.add(1)]),
        lambda work: work.replace(box(1), Box.number == 1),
        lambda work: work.delete(box(1)),
    ]
    for write in writes:
        work = UnitOfWork()
        write(work)
        work.commit()
    assert calls == ["PutItem", "UpdateItem", "PutItem", "DeleteItem"]


def test_a_condition_alone_is_checked_too(calls: list[str]) -> None:
    work = UnitOfWork()
    work.check(box(1), Item.pk.exists(), FirstRefusal)
    with pytest.raises(FirstRefusal):
        work.commit()
    assert calls == ["TransactWriteItems"]


def test_an_empty_unit_of_work_makes_no_call(calls: list[str]) -> None:
    UnitOfWork().commit()
    work = UnitOfWork()
    work.emit("MATCH#1", [], {"event_code": "without-recipients"})
    work.commit()
    assert calls == []
    assert raw_items() == []


def test_the_events_of_a_change_are_one_item_per_partition_in_their_order() -> None:
    work = UnitOfWork(now=NOW)
    work.put(box(1))
    for partition, to, code in (
        ("MATCH#1", [3, 1, 2], "one"),
        ("MATCH#2", [5], "elsewhere"),
        ("MATCH#1", [], "without-recipients"),
        ("MATCH#1", [2], "two"),
    ):
        work.emit(partition, to, {"event_code": code, "data": {"n": 1, "text": "é"}})
    work.commit()
    (first,), (second,) = read_partition("MATCH#1"), read_partition("MATCH#2")
    assert isinstance(first, Outbox)
    assert isinstance(second, Outbox)
    assert first.entries == [
        {"to": [3, 1, 2], "event": {"event_code": "one", "data": {"n": 1, "text": "é"}}},
        {"to": [2], "event": {"event_code": "two", "data": {"n": 1, "text": "é"}}},
    ]
    assert [entry["to"] for entry in second.entries] == [[5]]
    assert first.sk == f"OUTBOX#{int(first.id):016d}"
    assert abs(id_time(int(first.id)) - NOW) < timedelta(milliseconds=2)
    assert first.expires_at == (NOW + OUTBOX_KEPT).replace(microsecond=0)
    (raw,) = (item for item in raw_items() if item["pk"]["S"] == "MATCH#1")
    assert raw["kind"] == {"S": "outbox"}
    assert json.loads(raw["entries"]["S"]) == first.entries
    assert raw["id"]["N"] == str(int(first.id))


def test_a_refused_change_sends_no_events_and_starts_no_timer() -> None:
    work = UnitOfWork()
    work.delete(box(1))
    work.emit("MATCH#1", [1], {"event_code": "never"})
    work.start_timer("match-clock", {"match_id": 1})
    with pytest.raises(RaceLost):
        work.commit()
    assert raw_items() == []


def test_a_timer_is_an_item_with_its_machine_and_input() -> None:
    work = UnitOfWork(now=NOW)
    timer_id = work.start_timer("match-clock", {"match_id": 7, "connect_seconds": 15})
    work.put(box(1))
    work.commit()
    timer = read_item(keys.timer(timer_id))
    assert isinstance(timer, Timer)
    assert str(timer.pk).startswith("TIMER#")
    assert timer.machine == "match-clock"
    assert json.loads(timer.input) == {"match_id": 7, "connect_seconds": 15}
    assert timer.expires_at == (NOW + TIMER_KEPT).replace(microsecond=0)


def _failing(monkeypatch: pytest.MonkeyPatch, error: Callable[[str], ClientError]) -> None:
    def fail(operation: str, _: object) -> None:
        raise error(operation)

    monkeypatch.setattr(connection().client, "_make_api_call", fail)


def _cancelled(*codes: str) -> Callable[[str], ClientError]:
    response: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
        "CancellationReasons": [{"Code": code} for code in codes],
    }
    return lambda operation: ClientError(response, operation)


def _error(code: str) -> Callable[[str], ClientError]:
    return lambda operation: ClientError({"Error": {"Code": code, "Message": ""}}, operation)


@pytest.mark.parametrize(
    "error",
    [
        _cancelled("None", "TransactionConflict"),
        _cancelled("ConditionalCheckFailed", "TransactionConflict"),
    ],
)
def test_a_conflict_with_another_transaction_is_a_lost_race(
    error: Callable[[str], ClientError], monkeypatch: pytest.MonkeyPatch
) -> None:
    work = UnitOfWork()
    work.put(box(1), FirstRefusal)
    work.put(box(2), FirstRefusal)
    _failing(monkeypatch, error)
    with pytest.raises(RaceLost):
        work.commit()


@pytest.mark.parametrize("code", ["InternalServerError", "TransactionInProgressException"])
def test_a_change_that_may_have_been_made_is_not_made_again(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The use case would write it a second time, with another token."""
    work = UnitOfWork()
    work.put(box(1))
    work.put(box(2))
    _failing(monkeypatch, _error(code))
    with pytest.raises(PynamoDBException) as caught:
        rerun(work.commit)
    assert isinstance(failure(caught.value), Unavailable)


@pytest.mark.parametrize("writes", [1, 2])
@pytest.mark.parametrize(
    ("attempts", "outcome"),
    [
        (["throttled", "throttled", "throttled"], Throttled),
        (["lost", "throttled", "throttled"], Unavailable),
        (["throttled", "failed", "throttled"], Unavailable),
        (["lost", "lost", "lost"], Unavailable),
        (["conflict"], RaceLost),
        (["throttled", "conflict"], RaceLost),
        # The first attempt may still be under way, or come later: another run would make the change twice.
        (["lost", "conflict"], Unavailable),
        (["failed", "conflict"], Unavailable),
    ],
)
def test_only_a_change_that_no_attempt_can_have_made_is_throttled_or_has_lost_a_race(
    writes: int, attempts: list[str], outcome: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    coming = iter(attempts)

    def send(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        attempt = next(coming)
        if attempt == "lost":
            raise ReadTimeoutError(endpoint_url=request.url)
        answer = {
            "throttled": {"__type": "ThrottlingException"},
            "failed": {"__type": "InternalServerError"},
            "conflict": {"__type": "TransactionConflictException"}
            if writes == 1
            else {
                "__type": "TransactionCanceledException",
                "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}],
            },
        }[attempt]
        body = RawResponse(json.dumps(answer).encode())
        return AWSResponse(request.url, 500 if attempt == "failed" else 400, {}, body)

    work = UnitOfWork()
    for owner in range(writes):
        work.put(box(owner))
    connection().client.meta.events.register_first("before-send.dynamodb", send)
    with pytest.raises((Throttled, RaceLost, PynamoDBException)) as caught:
        work.commit()
    connection().client.meta.events.unregister("before-send.dynamodb", send)
    assert isinstance(failure(caught.value) or caught.value, outcome)
    assert list(coming) == []


def test_a_single_write_whose_answer_was_lost_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first attempt has made it, so the condition of the second one fails: another run would count once more."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    stored(box(1))
    runs: list[int] = []
    attempts: list[str] = []

    def lose_the_first_answer(request: AWSPreparedRequest, **_: object) -> None:
        attempts.append(request.url)
        if len(attempts) == 1:
            connection().client.update_item(**json.loads(request.body))
            raise ReadTimeoutError(endpoint_url=request.url)

    def count_up() -> None:
        runs.append(1)
        work = UnitOfWork()
        seen = count(1) or 0
        work.update(box(1), [Box.number.set(seen + 1)], when=Box.number == seen)
        work.commit()

    events = connection().client.meta.events
    events.register("before-send.dynamodb.UpdateItem", lose_the_first_answer)
    with pytest.raises(PynamoDBException) as caught:
        rerun(count_up)
    events.unregister("before-send.dynamodb.UpdateItem", lose_the_first_answer)
    assert isinstance(failure(caught.value), Unavailable)
    assert (len(runs), count(1)) == (1, 1)


class RawResponse(BytesIO):
    """What urllib3 gives botocore."""

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def test_a_single_write_that_meets_a_transaction_is_a_lost_race(monkeypatch: pytest.MonkeyPatch) -> None:
    work = UnitOfWork()
    work.put(box(1), FirstRefusal)
    _failing(monkeypatch, _error("TransactionConflictException"))
    with pytest.raises(RaceLost):
        work.commit()


@pytest.mark.parametrize(
    ("writes", "error"),
    [
        (1, _error("ProvisionedThroughputExceededException")),
        (1, _error("ThrottlingException")),
        (2, _error("ThrottlingException")),
        (2, _cancelled("None", "ThrottlingError")),
    ],
)
def test_a_table_over_its_capacity_is_throttled(
    writes: int, error: Callable[[str], ClientError], monkeypatch: pytest.MonkeyPatch
) -> None:
    work = UnitOfWork()
    for owner in range(writes):
        work.put(box(owner), FirstRefusal)
    _failing(monkeypatch, error)
    with pytest.raises(Throttled):
        work.commit()


@pytest.mark.parametrize("writes", [1, 2])
def test_an_error_of_the_code_is_no_lost_race(writes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    work = UnitOfWork()
    for owner in range(writes):
        work.put(box(owner), FirstRefusal)
    _failing(monkeypatch, _error("ValidationException"))
    with pytest.raises(PynamoDBException):
        work.commit()


def test_the_largest_transaction_of_the_database_is_one_call(
    transaction_items: int, calls: list[str]
) -> None:
    stored(*[box(owner) for owner in range(transaction_items)])
    assert calls == ["TransactWriteItems"]
    found = read_items(_keys(transaction_items + 3))
    assert found.keys() == set(_keys(transaction_items))


def _keys(owners: int) -> list[Key]:
    return [keys.inbox(owner) for owner in range(owners)]
