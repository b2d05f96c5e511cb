"""Pages of append-only lists: the right entries, at the same cost at any depth."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.store import keys, lists
from shared.store.base import Item, utc_now
from shared.store.keys import BUCKET
from shared.store.lists import read_page
from shared.store.play.matches import TrophyChange

OWNER = 8
KEY_OF = partial(keys.trophy_change, OWNER)


def numbers(entries: list[Item]) -> list[int]:
    return [int(str(entry.sk)) for entry in entries]


def expected(count: int, offset: int, limit: int, newest_first: bool) -> list[int]:
    everything = list(range(count))
    return (everything[::-1] if newest_first else everything)[offset : offset + limit]


@given(
    count=st.integers(0, 5000),
    offset=st.integers(0, 5100),
    limit=st.integers(0, 100),
    newest_first=st.booleans(),
)
def test_a_page_holds_the_same_entries_as_a_slice_of_the_list_in_a_few_bounded_queries(
    count: int, offset: int, limit: int, newest_first: bool
) -> None:
    queries = []

    def fake_partition(partition: str, range_key_condition: Any) -> list[Item]:
        low, high = (int(operand.value["S"]) for operand in range_key_condition.values[1:])
        queries.append((partition, high - low + 1))
        return [
            TrophyChange.at(KEY_OF(n))
            for n in range(low, high + 1)
            if n < count and KEY_OF(n)[0] == partition
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lists, "read_partition", fake_partition)
        page = read_page(KEY_OF, count, offset=offset, limit=limit, newest_first=newest_first)
    assert numbers(page) == expected(count, offset, limit, newest_first)
    # An interval of `limit` numbers touches no more partitions than this, wherever it lies.
    assert len(queries) <= (limit + BUCKET - 2) // BUCKET + 1
    assert sum(count for _, count in queries) == len(page), "it reads the entries of the page only"
    assert len({partition for partition, _ in queries}) == len(queries), "no partition is read twice"


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("newest_first", [False, True])
def test_pages_of_a_list_over_several_partitions_are_right_on_the_database(
    newest_first: bool, calls: list[str]
) -> None:
    count = 2 * BUCKET + 10
    with TrophyChange.batch_write() as batch:
        for n in range(count):
            batch.save(TrophyChange.at(KEY_OF(n), id=n, change=1, total=n, changed_at=utc_now()))
    partitions = {KEY_OF(n)[0] for n in range(count)}
    assert len(partitions) == 3
    for offset, limit in [(0, 20), (55, 20), (0, 100), (60, 100), (count - 5, 20), (count, 20), (10**9, 1)]:
        calls.clear()
        page = read_page(KEY_OF, count, offset=offset, limit=limit, newest_first=newest_first)
        assert numbers(page) == expected(count, offset, limit, newest_first)
        assert len(calls) <= (2 if limit == 20 else 3)
        assert set(calls) <= {"Query"}
