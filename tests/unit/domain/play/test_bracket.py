"""Brackets: right for every size, every number of entrants and absentees (docs/contract/tournaments.md#byes)."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.play.bracket import SIZES, STAGES, Bracket, seeding, seeds_in_order, stage_id, stages_of
from shared.domain.play.matches import GAME_NOT_PLAYED, NO_GAME

ENTRIES = [(size, entrants) for size in SIZES for entrants in range(1, size + 1)]

each_entry = pytest.mark.parametrize(("size", "entrants"), ENTRIES)


def drawn(size: int, entrants: int) -> Bracket:
    """A bracket of users who are numbered by their seeds."""
    return Bracket.draw(size, list(range(1, entrants + 1)))


def best_always_wins(bracket: Bracket) -> Bracket:
    """The whole tournament; every user is present and the better seed wins."""
    for stage in range(bracket.first_stage, len(STAGES) + 1):
        for pairing in bracket.stage(stage):
            here = [min(pairing.users)] if pairing.users else []
            bracket = bracket.with_pairings([pairing.without_a_game(here)])
    return bracket


def test_the_stages_of_each_size_end_with_the_final() -> None:
    assert stages_of(4) == ("semi-final", "final")
    assert stages_of(8) == ("quarter-final", "semi-final", "final")
    assert stages_of(16) == ("round-of-16", "quarter-final", "semi-final", "final")
    assert [stage_id(name) for name in STAGES] == [1, 2, 3, 4]


def test_seeds_are_placed_as_in_a_standard_bracket() -> None:
    assert seeds_in_order(4) == (1, 4, 2, 3)
    assert seeds_in_order(8) == (1, 8, 4, 5, 2, 7, 3, 6)
    assert seeds_in_order(16) == (1, 16, 8, 9, 4, 13, 5, 12, 2, 15, 7, 10, 3, 14, 6, 11)


@pytest.mark.parametrize("size", SIZES)
def test_the_best_seeds_meet_as_late_as_possible(size: int) -> None:
    bracket = best_always_wins(drawn(size, size))
    for stage in range(bracket.first_stage, len(STAGES) + 1):
        left = 2 * len(bracket.stage(stage))
        assert {sum(pairing.users) for pairing in bracket.stage(stage)} == {left + 1}
        assert {user for pairing in bracket.stage(stage) for user in pairing.users} == set(range(1, left + 1))
    assert set(bracket.final.users) == {1, 2}


@each_entry
def test_every_entrant_is_in_the_first_stage_once(size: int, entrants: int) -> None:
    first = drawn(size, entrants).stages[0]
    assert Counter(user for pairing in first for user in pairing.users) == Counter(range(1, entrants + 1))
    assert [pairing.n for pairing in first] == list(range(1, size // 2 + 1))


@pytest.mark.parametrize(("size", "entrants"), [(s, n) for s, n in ENTRIES if 5 * n >= 4 * s])
def test_byes_go_to_the_best_seeds(size: int, entrants: int) -> None:
    byes = {pairing.users[0] for pairing in drawn(size, entrants).stages[0] if len(pairing.users) == 1}
    assert byes == set(range(1, size - entrants + 1))


@each_entry
def test_there_is_one_result_fewer_than_places_and_one_winner(size: int, entrants: int) -> None:
    bracket = best_always_wins(drawn(size, entrants))
    assert sum(pairing.is_decided for pairing in bracket.pairings) == size - 1
    assert bracket.final.winner_id == 1
    lost = [pairing.looser_id for pairing in bracket.pairings if pairing.looser_id]
    assert sorted(lost) == list(range(2, entrants + 1))  # everyone but the winner, once


def test_a_user_without_an_opponent_wins_by_three_to_nil() -> None:
    pairing = drawn(8, 7).pairing(2, 1)
    bye = pairing.without_a_game({1})
    assert (bye.winner_id, bye.looser_id, bye.finish_reason) == (1, None, GAME_NOT_PLAYED)
    assert (bye.score("a"), bye.score("b")) == (3, 0)
    other = drawn(8, 8).pairing(2, 1).without_a_game({8})
    assert (other.winner_id, other.looser_id) == (8, 1)
    assert (other.score("a"), other.score("b")) == (0, 3)


def test_of_two_absent_users_neither_advances() -> None:
    bracket = drawn(4, 4)
    none = bracket.pairing(3, 1).without_a_game({2, 3})
    assert (none.winner_id, none.finish_reason, none.is_decided) == (None, NO_GAME, True)
    assert (none.score("a"), none.score("b")) == (0, 0)
    assert bracket.with_pairings([none]).final.users == ()


@given(st.sampled_from(SIZES), st.data())
def test_every_run_with_any_absences_ends_with_a_winner_or_the_reason_why_not(
    size: int, data: st.DataObject
) -> None:
    here = set(range(1, data.draw(st.integers(1, size)) + 1))
    bracket = Bracket.draw(size, sorted(here))
    for stage in range(bracket.first_stage, len(STAGES) + 1):
        here -= data.draw(st.sets(st.sampled_from(range(1, size + 1))))
        for pairing in bracket.stage(stage):
            able = [user for user in pairing.users if user in here]
            winner = [data.draw(st.sampled_from(able))] if able else []
            bracket = bracket.with_pairings([pairing.without_a_game(winner)])
        assert bracket.is_decided(stage)
    assert sum(pairing.is_decided for pairing in bracket.pairings) == size - 1
    final = bracket.final
    assert (final.winner_id in here) if final.winner_id else final.finish_reason == NO_GAME
    losses = Counter(
        user for pairing in bracket.pairings for user in pairing.users if user != pairing.winner_id
    )
    assert all(count == 1 for count in losses.values())
    assert final.winner_id not in losses


@given(st.dictionaries(st.integers(1, 99), st.integers(0, 3), min_size=1, max_size=16), st.randoms())
def test_seeds_are_by_trophies(trophies: dict[int, int], draw: random.Random) -> None:
    order = seeding(trophies, draw.shuffle)
    assert sorted(order) == sorted(trophies)
    assert [trophies[user] for user in order] == sorted(trophies.values(), reverse=True)


def test_ties_are_seeded_at_random() -> None:
    orders = {tuple(seeding(dict.fromkeys(range(4), 7), random.Random(n).shuffle)) for n in range(200)}
    assert len(orders) == 24
