"""The rule of rate limits: bursts, what comes back, what is said about it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.limits import LIMITS, By, Limit

SECOND = 1000


def limit(burst: int, seconds: int) -> Limit:
    return Limit(name="made-up", burst=burst, seconds=seconds, by=By.ACCOUNT)


def admitted(which: Limit, times: list[int]) -> list[int]:
    """The times at which requests are admitted."""
    arrival, found = 0, []
    for now in times:
        quota = which.charge(arrival, now)
        arrival = quota.arrival
        if quota.admitted:
            found.append(now)
    return found


def test_a_burst_is_admitted_and_not_one_more() -> None:
    assert admitted(limit(5, 60), [SECOND] * 8) == [SECOND] * 5


def test_after_a_burst_one_request_comes_back_per_interval() -> None:
    every_second = list(range(0, 61 * SECOND, SECOND))

    assert admitted(limit(5, 60), [0] * 5 + every_second) == [0] * 5 + [
        12_000,
        24_000,
        36_000,
        48_000,
        60_000,
    ]


def test_a_quota_says_what_is_left_and_when_it_is_whole_again() -> None:
    first = limit(5, 60).charge(0, 100 * SECOND)

    assert (first.admitted, first.remaining, first.reset_seconds) == (True, 4, 12)


def test_a_refusal_says_after_how_many_seconds_a_request_is_admitted_rounded_up() -> None:
    which = limit(2, 20)
    arrival = which.charge(which.charge(0, 0).arrival, 0).arrival
    refused = which.charge(arrival, 500)

    assert (refused.admitted, refused.remaining, refused.retry_seconds) == (False, 0, 10)


@given(
    st.integers(1, 60), st.integers(1, 3600), st.lists(st.integers(0, 10_000_000), min_size=1, max_size=200)
)
def test_a_request_is_admitted_after_the_told_wait_and_not_before(
    burst: int, seconds: int, times: list[int]
) -> None:
    which, arrival = limit(burst, seconds), 0
    for now in sorted(times):
        quota = which.charge(arrival, now)
        if quota.admitted:
            arrival = quota.arrival
        else:
            later = now + quota.retry_seconds * SECOND
            assert which.charge(arrival, later).admitted
            assert not which.charge(arrival, max(now, later - SECOND - 1)).admitted


@given(st.integers(1, 60), st.integers(1, 3600), st.lists(st.integers(0, 1_000_000), max_size=300))
def test_no_window_admits_more_than_two_bursts(burst: int, seconds: int, times: list[int]) -> None:
    found = admitted(limit(burst, seconds), sorted(times))

    for start in found:
        assert len([now for now in found if start <= now < start + seconds * SECOND]) <= 2 * burst


@given(st.integers(0, 10_000_000), st.integers(0, 10_000_000), st.integers(1, 60), st.integers(1, 3600))
def test_as_many_as_remain_are_admitted_at_once(arrival: int, now: int, burst: int, seconds: int) -> None:
    which = limit(burst, seconds)
    quota = which.charge(arrival, now)
    if quota.admitted:
        assert admitted_after(which, quota.arrival, now) == quota.remaining


def admitted_after(which: Limit, arrival: int, now: int) -> int:
    count = 0
    while (quota := which.charge(arrival, now)).admitted:
        arrival, count = quota.arrival, count + 1
    return count


def test_what_is_used_up_comes_back_after_one_interval() -> None:
    which = limit(3, 900)
    arrival = which.used_up(0)

    assert not which.charge(arrival, 299_999).admitted
    assert which.charge(arrival, 300_000).admitted


def test_a_factor_makes_a_limit_as_many_times_as_generous() -> None:
    assert limit(5, 60).times(3) == limit(15, 60)
    assert limit(5, 60).times(0.01) == limit(1, 60)


def test_limits_have_names_of_their_own() -> None:
    assert all(name == each.name for name, each in LIMITS.items())
