"""What planted bugs do to calls and pages, where no table shows it."""

from __future__ import annotations

from typing import Any

from faults.shim import operations as ops
from faults.shim.planted import LONGEST_HELD_PAGES, Planted


def record(partition: str, number: int, sort_key: str = "OUTBOX#1") -> dict[str, Any]:
    keys = {"pk": {"S": partition}, "sk": {"S": sort_key}}
    return {"eventName": "INSERT", "dynamodb": {"Keys": keys, "SequenceNumber": str(number)}}


def test_swapped_records_change_places_within_their_partition_over_pages() -> None:
    planted = Planted("records_swapped", 1.0, seed=1)
    one, other, two = record("A", 1), record("B", 2), record("A", 3)

    assert planted.page([one]) == []
    assert planted.page([]) == []
    assert planted.page([two, other]) == [two, one]


def test_a_record_that_no_other_one_of_its_partition_follows_comes_late() -> None:
    planted = Planted("records_swapped", 1.0, seed=1)
    planted.page([record("A", 1)])
    pages = [planted.page([]) for _ in range(LONGEST_HELD_PAGES + 1)]

    assert [page for page in pages if page] == [[record("A", 1)]]


def test_only_records_with_events_are_lost() -> None:
    planted = Planted("records_lost", 1.0, seed=1)
    match = record("A", 2, "MATCH")

    assert planted.page([record("A", 1), match]) == [match]
    assert planted.hits == 1


def test_without_a_bug_calls_and_pages_stay_as_they_are() -> None:
    planted = Planted(None, 1.0, seed=1)

    assert planted.change("TransactWriteItems", {"TransactItems": []}) is None
    assert planted.page([record("A", 1)]) == [record("A", 1)]


def test_a_bug_strikes_as_often_as_its_rate_says() -> None:
    body = {"TransactItems": [{"Put": {"Item": {"kind": {"S": "outbox"}}}}]}
    planted = Planted("events_dropped", 0.1, seed=1)
    for _ in range(1000):
        planted.change("TransactWriteItems", body)

    assert 60 < planted.hits < 140


def test_an_update_without_its_condition_has_no_names_and_values_of_it_left() -> None:
    update = {
        "Update": {
            "Key": {"pk": {"S": "USER#1"}, "sk": {"S": "SEAT"}},
            "UpdateExpression": "ADD #0 :0",
            "ConditionExpression": "#1 = :1",
            "ExpressionAttributeNames": {"#0": "rev", "#1": "place"},
            "ExpressionAttributeValues": {":0": {"N": "1"}, ":1": {"S": "duel"}},
        }
    }
    changed = Planted("seat_unchecked", 1.0, seed=1).change("TransactWriteItems", {"TransactItems": [update]})

    assert changed is not None
    assert list(ops.operations(changed)) == [
        {
            "Update": {
                "Key": {"pk": {"S": "USER#1"}, "sk": {"S": "SEAT"}},
                "UpdateExpression": "ADD #0 :0",
                "ExpressionAttributeNames": {"#0": "rev"},
                "ExpressionAttributeValues": {":0": {"N": "1"}},
            }
        }
    ]
