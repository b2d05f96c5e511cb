"""Trophies won and lost (docs/contract/queues-and-matches.md#trophies)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.play.trophies import gain, loss

TOTALS = st.integers(0, 10_000)


def test_the_worked_examples_of_the_contract() -> None:
    assert gain(0, 0) == 36
    assert gain(36, 0) == 32
    assert gain(36, 68) == 39
    assert loss(68) == 21


@pytest.mark.parametrize(
    ("winner", "loser", "expected"),
    [
        (1000, 1500, 81),  # 36 − 5 + 50: up to 1000 the bonus is whole
        (2000, 2500, 51),  # 36 − 10 + 50/2
        (2000, 2000, 26),
        (2000, 1900, 16),  # 36 − 10 − 10: the malus isn't divided
        (1001, 2001, 131),  # 36 − 5.005 + 100/1.001
    ],
)
def test_the_bonus_for_a_stronger_opponent_shrinks_above_1000(winner: int, loser: int, expected: int) -> None:
    assert gain(winner, loser) == expected


@given(winner=TOTALS, loser=TOTALS)
def test_a_gain_is_the_contracts_formula_to_the_nearest_whole(winner: int, loser: int) -> None:
    bonus = Fraction(abs(winner - loser), 10)
    if winner > loser:
        bonus = -bonus
    elif winner > 1000:
        bonus /= Fraction(winner, 1000)
    exact = max(36 - Fraction(winner, 200) + bonus, Fraction(-winner))
    assert abs(gain(winner, loser) - exact) <= Fraction(1, 2) + Fraction(1, 10**9)


@given(loser=TOTALS)
def test_a_loss_is_the_contracts_formula_and_never_more_than_the_total(loser: int) -> None:
    assert 0 <= loss(loser) <= loser
    assert abs(loss(loser) - min(20 + Fraction(3 * loser, 400), Fraction(loser))) <= Fraction(1, 2)


@given(winner=TOTALS, loser=TOTALS)
def test_no_total_ever_falls_below_zero(winner: int, loser: int) -> None:
    assert winner + gain(winner, loser) >= 0
    assert loser - loss(loser) >= 0


@given(winner=TOTALS, loser=TOTALS, more=st.integers(0, 1000))
def test_beating_a_stronger_opponent_is_never_worth_less(winner: int, loser: int, more: int) -> None:
    assert gain(winner, loser + more) >= gain(winner, loser)
