"""The rules for usernames (docs/contract/accounts.md#usernames)."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.accounts import names


@pytest.mark.parametrize(
    "name",
    ["abc", "a" * 30, "A-b_9", "---", "123", "Guest", "Guest-12", "MyGuest12", "Guest12a", "deleted-users"],
)
def test_3_to_30_ascii_letters_digits_underscores_and_hyphens_are_a_username(name: str) -> None:
    assert names.problems(name) == []


@pytest.mark.parametrize("name", ["", "ab", "a" * 31])
def test_a_name_that_is_too_short_or_too_long_is_refused(name: str) -> None:
    assert len(names.problems(name)) == 1


@pytest.mark.parametrize(
    "name", ["a b c", "abc\n", "\nabc", "àbcd", "abcſ", "abc.", "abc@d", "аbc", "١٢٣", "a\0bc"]
)
def test_a_name_of_other_characters_is_refused(name: str) -> None:
    assert len(names.problems(name)) == 1


@pytest.mark.parametrize("word", ["admin", "staff", "support", "anonymous", "transcendence"])
@pytest.mark.parametrize("shape", ["{}", "x{}x", "x-{}", "{}9"])
def test_a_name_that_contains_a_reserved_word_in_any_case_is_refused(word: str, shape: str) -> None:
    for cased in (word, word.upper(), word.title(), word.swapcase()):
        assert names.problems(shape.format(cased))


@pytest.mark.parametrize("name", ["deleted-user", "Deleted-User"])
def test_the_name_shown_for_deleted_users_is_refused(name: str) -> None:
    assert names.problems(name)


@pytest.mark.parametrize("name", ["Guest12", "Guest000001", "guest1", "GUEST123456789", "Guest" + "0" * 25])
def test_a_name_as_guests_have_it_is_refused(name: str) -> None:
    assert names.problems(name) == ["Names of 'Guest' and digits are for guests."]


def test_a_guest_may_keep_the_name_in_any_case() -> None:
    assert names.problems("guest000001", "Guest000001") == []
    assert names.problems("Guest000002", "Guest000001") != []


def test_where_names_are_taken_they_get_longer() -> None:
    assert [len(names.guest_name(draw)) - len("Guest") for draw in range(6)] == [6, 6, 7, 7, 8, 8]


def test_every_fault_of_a_name_is_reported_at_once() -> None:
    assert len(names.problems("é")) == 2


@given(st.text(string.ascii_letters + string.digits + "_-", min_size=3, max_size=30))
def test_case_does_not_make_another_name(name: str) -> None:
    assert names.key(name) == names.key(name.upper()) == names.key(name.swapcase())


def test_a_guests_name_is_guest_and_six_digits() -> None:
    drawn = {names.guest_name(0) for _ in range(200)}
    assert all(re.fullmatch(r"Guest\d{6}", name) for name in drawn)
    assert len(drawn) > 100, "they are drawn at random"
