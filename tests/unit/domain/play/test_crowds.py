"""Over how many shards a queue is spread."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.play.crowds import MOST_SHARDS, SHARE, Crowd


def after(*others: int) -> Crowd:
    crowd = Crowd()
    for number in others:
        crowd = crowd.seen(number)
    return crowd


@given(st.lists(st.integers(0, SHARE), max_size=50))
def test_a_queue_in_which_few_meet_has_one_shard(others: list[int]) -> None:
    assert after(*others).shards == 1


@given(st.lists(st.integers(0, 200), max_size=50))
def test_there_is_always_a_shard_and_never_too_many(others: list[int]) -> None:
    assert 1 <= after(*others).shards <= MOST_SHARDS


@given(st.integers(3 * SHARE, 400))
def test_a_lasting_crowd_is_spread_until_a_shard_has_its_share(size: int) -> None:
    crowd = Crowd()
    for _ in range(30):
        crowd = crowd.seen(round(size / crowd.shards))
    assert crowd.shards == MOST_SHARDS or SHARE - 1 <= size / crowd.shards <= 2 * SHARE


@given(st.lists(st.integers(0, 400), max_size=20))
def test_after_a_crowd_tickets_that_are_alone_end_the_spreading(others: list[int]) -> None:
    assert after(*others, *[0] * 16).shards == 1
