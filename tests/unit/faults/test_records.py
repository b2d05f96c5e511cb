"""Pages of records with faults keep what AWS keeps."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from faults.shim.batches import in_part
from faults.shim.records import partition_of, repeated, shuffled

PARTITIONS = st.lists(st.sampled_from("abcd"), max_size=12)


def page(partitions: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "eventName": "INSERT",
            "dynamodb": {"Keys": {"pk": {"S": pk}, "sk": {"S": "x"}}, "SequenceNumber": str(n)},
        }
        for n, pk in enumerate(partitions)
    ]


def by_partition(records: list[dict[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for record in records:
        found[partition_of(record)].append(record["dynamodb"]["SequenceNumber"])
    return found


@given(PARTITIONS, st.integers())
def test_shuffling_keeps_every_record_and_the_order_of_each_partition(
    partitions: list[str], seed: int
) -> None:
    records = page(partitions)

    assert by_partition(shuffled(records, random.Random(seed))) == by_partition(records)


def test_shuffling_changes_the_order_between_partitions() -> None:
    records = page(list("abcdabcd"))

    assert any(shuffled(records, random.Random(seed)) != records for seed in range(3))


@given(PARTITIONS, PARTITIONS, st.integers())
def test_repeated_records_are_the_last_ones_before(before: list[str], now: list[str], seed: int) -> None:
    earlier, records = page(before), page(now)
    changed = repeated(records, earlier, random.Random(seed))

    again = changed[: len(changed) - len(records)]
    assert changed[len(again) :] == records
    assert again == earlier[len(earlier) - len(again) :]
    assert bool(again) == bool(earlier)


@given(
    st.lists(st.tuples(st.sampled_from(["one", "two"]), st.integers()), min_size=1, max_size=20, unique=True),
    st.integers(),
)
def test_a_batch_in_part_asks_for_some_keys_and_leaves_the_others(
    wanted: list[tuple[str, int]], seed: int
) -> None:
    tables: dict[str, Any] = {}
    for table, key in wanted:
        tables.setdefault(table, {"Keys": [], "ConsistentRead": True})["Keys"].append(key)

    asked, left = in_part({"RequestItems": tables, "ReturnConsumedCapacity": "TOTAL"}, random.Random(seed))

    def keys(tables: dict[str, Any]) -> list[tuple[str, int]]:
        return [(table, key) for table, request in tables.items() for key in request["Keys"]]

    assert keys(asked["RequestItems"])
    assert sorted(keys(asked["RequestItems"]) + keys(left)) == sorted(wanted)
    assert asked["ReturnConsumedCapacity"] == "TOTAL"
    assert all(request["ConsistentRead"] for request in left.values())
