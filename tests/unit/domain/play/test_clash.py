"""Matching clash lobbies: exact sizes, no blocked pair, the longest waiting first, no possible match left."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.play.clash import PartyTicket, Teams, put_together
from tests.support.executed_lines import executed_lines

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def group(number: int, size: int, blocked: Iterable[int] = (), seconds: int | None = None) -> PartyTicket:
    """A lobby whose members are 10 * number, 10 * number + 1, …"""
    members = tuple(10 * number + n for n in range(size))
    waiting = timedelta(seconds=number if seconds is None else seconds)
    return PartyTicket(number, 1000 + number, members, NOON + waiting, frozenset(blocked))


def sizes(*of: int) -> list[PartyTicket]:
    return [group(n + 1, size) for n, size in enumerate(of)]


def numbers(match: Teams) -> tuple[list[int], list[int]]:
    return [group.id for group in match.a], [group.id for group in match.b]


def fit(groups: Sequence[PartyTicket]) -> bool:
    """Whether these lobbies are a match by the contract: three against three, and no block among the six."""
    if sum(len(group.members) for group in groups) != 6:
        return False
    members = {member for group in groups for member in group.members}
    if any(group.blocked & members for group in groups):
        return False
    return any(
        sum(len(group.members) for group in side) == 3
        for count in range(len(groups))
        for side in combinations(groups, count)
    )


@st.composite
def queues(draw: st.DrawFn, most: int = 12) -> list[PartyTicket]:
    count = draw(st.integers(0, most))
    lengths = draw(st.lists(st.integers(1, 3), min_size=count, max_size=count))
    everybody = [10 * (n + 1) + m for n, size in enumerate(lengths) for m in range(size)]
    made = []
    for n, size in enumerate(lengths):
        blocked = draw(st.sets(st.sampled_from(everybody), max_size=4)) if draw(st.booleans()) else set()
        made.append(group(n + 1, size, blocked, seconds=draw(st.integers(0, 3))))
    return made


@given(queues())
def test_every_match_is_three_against_three_without_a_split_lobby_or_a_blocked_pair(
    waiting: list[PartyTicket],
) -> None:
    matches = put_together(waiting)
    for match in matches:
        assert [sum(group.size for group in side) for side in (match.a, match.b)] == [3, 3]
        assert fit(match.parties)
    playing = [group.id for match in matches for group in match.parties]
    assert len(set(playing)) == len(playing)
    assert {group.id for match in matches for group in match.parties} <= {group.id for group in waiting}


@given(queues())
def test_no_match_is_possible_among_those_left_over(waiting: list[PartyTicket]) -> None:
    playing = {group.id for match in put_together(waiting) for group in match.parties}
    left = [group for group in waiting if group.id not in playing]
    for count in range(2, 7):
        assert not any(fit(groups) for groups in combinations(left, count))


@given(queues(), st.randoms())
def test_the_order_of_the_input_doesnt_matter(waiting: list[PartyTicket], draw: random.Random) -> None:
    shuffled = list(waiting)
    draw.shuffle(shuffled)
    assert put_together(shuffled) == put_together(waiting)


@given(queues(9))
def test_the_longest_waiting_lobby_that_can_play_meets_the_longest_waiting_ones(
    waiting: list[PartyTicket],
) -> None:
    ordered = sorted(waiting, key=lambda group: (group.joined_at, group.id))
    possible = [groups for count in range(2, 7) for groups in combinations(ordered, count) if fit(groups)]
    matches = put_together(waiting)
    if not possible:
        assert matches == []
        return
    first = min(possible, key=lambda groups: [ordered.index(group) for group in groups])
    assert set(matches[0].parties) == set(first)


@pytest.mark.parametrize(
    "of", [(3, 3), (3, 2, 1), (3, 1, 1, 1), (2, 1, 2, 1), (2, 2, 1, 1), (1, 1, 1, 1, 2), (1, 1, 1, 1, 1, 1)]
)
def test_every_way_to_make_six_players_of_lobbies_is_found(of: tuple[int, ...]) -> None:
    (match,) = put_together(sizes(*of))
    assert len(match.parties) == len(of)


@pytest.mark.parametrize("of", [(2, 2, 2), (3, 2), (2, 2, 2, 2, 2), (1, 1, 1, 1, 1), (3,), ()])
def test_lobbies_that_cant_be_divided_into_three_and_three_wait(of: tuple[int, ...]) -> None:
    assert put_together(sizes(*of)) == []


def test_a_lobby_with_a_block_inside_never_plays() -> None:
    waiting = [group(1, 3, {11}), *sizes(3, 3, 3)[1:]]
    assert [numbers(match) for match in put_together(waiting)] == [([2], [3])]


def test_blocks_beyond_the_tickets_count() -> None:
    assert put_together(sizes(3, 3), {12: frozenset({20})}) == []


def clubs(count: int, each: int) -> list[PartyTicket]:
    """Single players in clubs; each has blocked half of their own club, so that no two of a club meet."""
    made = []
    for n in range(count * each):
        club = [10 * (m + 1) for m in range(n % count, count * each, count)]
        place = club.index(10 * (n + 1))
        made.append(group(n + 1, 1, (club * 2)[place + 1 : place + 1 + each // 2]))
    return made


def test_600_lobbies_with_any_blocks_are_matched_in_a_bounded_number_of_steps() -> None:
    draw = random.Random(6)
    lengths = [draw.randint(1, 3) for _ in range(600)]
    everybody = [10 * (n + 1) + m for n, size in enumerate(lengths) for m in range(size)]
    usual = [group(n + 1, size, draw.sample(everybody, 50)) for n, size in enumerate(lengths)]
    for waiting in (usual, clubs(5, 101), clubs(5, 20), clubs(6, 100)):
        assert executed_lines(partial(put_together, waiting)) < 1_000_000  # some hundredths of a second


def test_five_clubs_that_dont_meet_have_no_match_and_six_have_one() -> None:
    assert put_together(clubs(5, 20)) == []
    assert len(put_together(clubs(6, 21))) == 21


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_long_queues_leave_no_match_over(seed: int) -> None:
    draw = random.Random(seed)
    lengths = [draw.randint(1, 3) for _ in range(60)]
    everybody = [10 * (n + 1) + m for n, size in enumerate(lengths) for m in range(size)]
    waiting = [group(n + 1, size, draw.sample(everybody, 20)) for n, size in enumerate(lengths)]
    left = {one.id: one for one in waiting}
    for match in put_together(waiting):
        for one in match.parties:
            del left[one.id]
    assert put_together(left.values()) == []
