"""Ids and codes (docs/contract/conventions.md#ids)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import ids
from shared.domain.accounts.statistics import LINES
from shared.domain.ids import EPOCH, ID_DIGITS, MAX_ID, NO_ID, id_time, new_code, new_id, new_user_id, read_id

MOMENTS = st.timedeltas(timedelta(0), timedelta(days=69 * 365)).map(lambda since: EPOCH + since)


@given(MOMENTS)
def test_an_id_is_a_number_that_javascript_reads_exactly(now: datetime) -> None:
    assert 0 <= new_id(now) <= MAX_ID == 2**53 - 1


@given(MOMENTS)
def test_an_id_contains_its_time(now: datetime) -> None:
    assert abs(id_time(new_id(now)) - now) < timedelta(milliseconds=2)


@given(MOMENTS, st.integers(1, 10**6))
def test_a_later_id_is_larger_and_sorts_later_as_text(now: datetime, milliseconds: int) -> None:
    one, two = new_id(now), new_id(now + timedelta(milliseconds=milliseconds + 1))
    assert one < two
    assert f"{one:0{ID_DIGITS}d}" < f"{two:0{ID_DIGITS}d}"


def test_ids_of_one_instant_differ() -> None:
    assert len({new_id(EPOCH) for _ in range(100)}) > 80


@given(MOMENTS)
def test_the_ids_after_a_users_are_free_for_the_lines_of_statistics(now: datetime) -> None:
    user_id = new_user_id(now)
    assert user_id % 8 == 0
    assert len(LINES) <= 8
    assert user_id + len(LINES) <= MAX_ID


def test_ids_fit_into_their_digits_in_keys() -> None:
    assert len(str(MAX_ID)) == ID_DIGITS


@pytest.mark.parametrize(
    ("digits", "id_"),
    [
        ("0", 0),
        ("000", 0),
        ("12", 12),
        ("0" * 5000 + "12", 12),
        (str(MAX_ID), MAX_ID),
        (str(MAX_ID + 1), NO_ID),
    ]
    + [("9" * count, NO_ID) for count in (16, 17, 5000)],
)
def test_digits_beyond_all_ids_are_no_id(digits: str, id_: int) -> None:
    assert read_id(digits) == id_


def test_a_code_has_4_digits_with_leading_zeros() -> None:
    codes = [new_code(0) for _ in range(3000)]
    assert all(len(code) == 4 and code.isdigit() for code in codes)
    assert any(code.startswith("0") for code in codes)
    assert len(set(codes)) > 2000, "they are drawn at random"


def test_codes_get_longer_when_draws_keep_hitting_taken_ones() -> None:
    lengths = [len(new_code(failed)) for failed in range(20)]
    assert lengths[0] == 4
    assert lengths == sorted(lengths)
    assert set(lengths) >= {4, 5, 6}
    assert lengths[ids.DRAWS_PER_WIDTH] == 5


@pytest.mark.parametrize("failed", [0, 4, 8])
def test_every_code_of_a_width_can_be_drawn(failed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def last(below: int) -> int:
        asked.append(below)
        return below - 1

    monkeypatch.setattr("secrets.randbelow", last)
    code = new_code(failed)
    assert asked == [10 ** len(code)]
    assert set(code) == {"9"}
