"""Pairing the ranked queue: docs/contract/queues-and-matches.md#pairing-in-ranked."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.play.matchmaking import Pair, Ticket, compatible, next_opening, pair_ranked, window_opens
from tests.support.executed_lines import executed_lines

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
TEN = timedelta(seconds=10)


def ticket(id_: int, trophies: int, *blocked: int, waited: float = 0) -> Ticket:
    """The ticket `id_` of the user of the same number."""
    return Ticket(id_, id_, NOW - timedelta(seconds=waited), trophies, frozenset(blocked))


TICKETS = st.builds(
    lambda id_, trophies, blocked, waited: ticket(id_, trophies, *blocked, waited=waited),
    st.integers(1, 30),
    st.integers(0, 12).map(lambda step: 25 * step) | st.integers(0, 5000),
    st.sets(st.integers(1, 30), max_size=5),
    st.integers(0, 6).map(lambda step: 5 * step) | st.floats(0, 300),
)
QUEUES = st.lists(TICKETS, max_size=14, unique_by=lambda one: one.id)


def meetings(tickets: list[Ticket], now: datetime = NOW) -> list[tuple[int, ...]]:
    return sorted(tuple(sorted((a.id, b.id))) for a, b in pair_ranked(tickets, now, TEN))


def may_meet_by(a: Ticket, b: Ticket, now: datetime) -> bool:
    """The contract's sentence, with a division instead of the code's multiplication."""
    longest = (now - min(a.joined_at, b.joined_at)) // TEN
    return compatible(a, b) and abs(a.trophies - b.trophies) <= 50 + 50 * longest


def rank(pair: Pair) -> tuple[object, ...]:
    """The order of pairs: by distance, then by the longest wait."""
    one, two = sorted(pair, key=lambda each: (each.joined_at, each.id))
    return abs(one.trophies - two.trophies), (one.joined_at, one.id), (two.joined_at, two.id)


# ── examples ─────────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_queue_and_a_lone_ticket_give_no_match() -> None:
    assert meetings([]) == []
    assert meetings([ticket(1, 0, waited=10_000)]) == []


@pytest.mark.parametrize(
    ("gap", "seconds"),
    [(0, 0), (50, 0), (51, 10), (100, 10), (101, 20), (130, 20), (150, 20), (151, 30), (5000, 990)],
)
def test_the_window_widens_by_50_for_every_10_seconds(gap: int, seconds: int) -> None:
    a, b = ticket(1, 1000), ticket(2, 1000 + gap)
    opens = NOW + timedelta(seconds=seconds)
    assert window_opens(a, b, TEN) == window_opens(b, a, TEN) == opens
    assert meetings([a, b], opens) == [(1, 2)]
    if seconds:
        assert meetings([a, b], opens - timedelta(microseconds=1)) == []


def test_the_wait_of_the_longer_waiting_user_counts() -> None:
    for trophies in (0, 260):
        assert meetings([ticket(1, trophies, waited=20), ticket(2, 130)]) == [(1, 2)]
        assert meetings([ticket(1, trophies, waited=19), ticket(2, 130, waited=19)]) == []


def test_the_nearest_pair_meets_even_if_another_user_has_waited_longer() -> None:
    assert meetings([ticket(1, 0, waited=9), ticket(2, 60, waited=5), ticket(3, 40)]) == [(2, 3)]


def test_of_equally_near_pairs_the_longest_waiting_meets() -> None:
    assert meetings([ticket(1, 100), ticket(2, 120, waited=2), ticket(3, 80, waited=3)]) == [(1, 3)]
    assert meetings([ticket(n, 7, waited=n) for n in (1, 2, 3)]) == [(2, 3)]


def test_a_blocked_pair_is_passed_over_for_the_next_nearest() -> None:
    assert meetings([ticket(1, 0, 2), ticket(2, 0), ticket(3, 30)]) == [(1, 3)]
    assert meetings([ticket(1, 0, 2, waited=1000), ticket(2, 0, waited=1000)]) == []


def test_a_user_never_plays_themselves() -> None:
    assert pair_ranked([Ticket(1, 7, NOW), Ticket(2, 7, NOW)], NOW, TEN) == []


def test_the_longer_waiting_user_is_the_first_of_a_pair() -> None:
    pairs = pair_ranked([ticket(n, 10 * n, waited=n % 3) for n in range(1, 7)], NOW, TEN)
    assert len(pairs) == 3
    assert all((a.joined_at, a.id) < (b.joined_at, b.id) for a, b in pairs)


def test_the_caller_may_forbid_more_than_the_tickets_do() -> None:
    tickets = [ticket(1, 0), ticket(2, 10), ticket(3, 30)]
    pairs = pair_ranked(tickets, NOW, TEN, lambda a, b: {a.id, b.id} != {1, 2})
    assert [{a.id, b.id} for a, b in pairs] == [{2, 3}]


@pytest.mark.parametrize(
    "trophies", [lambda _: 0, lambda n: n * 7919 % 5000], ids=["new users", "all levels"]
)
def test_a_queue_of_2000_is_paired_in_a_bounded_number_of_steps(trophies: object) -> None:
    crowd = [ticket(n, trophies(n), waited=n % 7) for n in range(1, 2001)]  # type: ignore[operator]
    pairs: list[Pair] = []
    assert (
        executed_lines(lambda: pairs.extend(pair_ranked(crowd, NOW, TEN))) < 1_000_000
    )  # some tenths of a second
    assert len(pairs) > 900


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────


@given(QUEUES)
def test_no_ticket_is_used_twice_and_all_are_from_the_queue(tickets: list[Ticket]) -> None:
    used = [one for pair in pair_ranked(tickets, NOW, TEN) for one in pair]
    assert len(used) == len({one.id for one in used})
    assert set(used) <= set(tickets)


@given(QUEUES)
def test_only_pairs_without_a_block_and_within_the_window_meet(tickets: list[Ticket]) -> None:
    assert all(may_meet_by(a, b, NOW) for a, b in pair_ranked(tickets, NOW, TEN))


@given(QUEUES)
def test_a_possible_pair_that_doesnt_meet_has_a_user_with_a_better_opponent(tickets: list[Ticket]) -> None:
    """A pair that may meet and does not has a user in a pair of the same or a better rank."""
    pairs = pair_ranked(tickets, NOW, TEN)
    for possible in itertools.combinations(tickets, 2):
        if may_meet_by(*possible, NOW):
            assert any(set(pair) & set(possible) and rank(pair) <= rank(possible) for pair in pairs)


@given(QUEUES, st.randoms(use_true_random=False))
def test_the_order_in_which_tickets_are_read_does_not_matter(tickets: list[Ticket], draw: object) -> None:
    shuffled = list(tickets)
    draw.shuffle(shuffled)  # type: ignore[attr-defined]
    assert meetings(shuffled) == meetings(tickets)


@given(QUEUES, st.floats(0, 1000))
def test_of_two_users_without_a_block_one_plays_within_the_time_of_their_distance(
    tickets: list[Ticket], more: float
) -> None:
    later = NOW + timedelta(seconds=more)
    left = set(tickets) - {one for pair in pair_ranked(tickets, later, TEN) for one in pair}
    for a, b in itertools.combinations(left, 2):
        gap = abs(a.trophies - b.trophies)
        waited = (later - min(a.joined_at, b.joined_at)).total_seconds()
        assert not compatible(a, b) or waited < 10 * max(0, (gap - 1) // 50)


@given(TICKETS, QUEUES)
def test_between_now_and_the_next_opening_a_ticket_gets_no_new_opponent(
    mine: Ticket, others: list[Ticket]
) -> None:
    others = [one for one in others if one.id != mine.id]
    opening = next_opening(mine, [mine, *others], NOW, TEN)

    def possible(at: datetime) -> set[int]:
        return {one.id for one in others if may_meet_by(mine, one, at)}

    if opening is None:
        assert possible(NOW) == {one.id for one in others if compatible(mine, one)}
    else:
        assert possible(opening - timedelta(microseconds=1)) == possible(NOW)
        assert possible(opening) > possible(NOW)
