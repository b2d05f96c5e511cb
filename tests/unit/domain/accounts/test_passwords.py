"""The rules for passwords (docs/contract/accounts.md#passwords)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.accounts import passwords
from shared.domain.accounts.passwords import common_passwords, problems

FINE = "correct-horse-7"


@pytest.mark.parametrize("password", [FINE, "kX9_-!@#$%^&*()", "b7" * 4, "zq7" * 16 + "zq", "a1b2c3d4e"])
def test_8_to_50_of_the_allowed_characters_are_a_password(password: str) -> None:
    assert problems(password, "alice") == []


@pytest.mark.parametrize("password", ["", "kX9_-!@", "zq7" * 17])
def test_a_password_that_is_too_short_or_too_long_is_refused(password: str) -> None:
    assert len(problems(password, "alice")) == 1


@pytest.mark.parametrize("character", " \t\n.,;:?/\\'\"`~+=[]{}<>|é€ſ\0")
def test_a_password_with_any_other_character_is_refused(character: str) -> None:
    for password in (FINE + character, character + FINE, "corr" + character + "ect-horse"):
        assert len(problems(password, "alice")) == 1


@pytest.mark.parametrize("password", ["19283746", "90817263544536271809"])
def test_a_password_of_digits_only_is_refused(password: str) -> None:
    assert any("digits" in sentence for sentence in problems(password, "alice"))
    assert problems(password + "x", "alice") == []


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "qwertyui",
        "azertyui",
        "abcdefgh",
        "aaaaaaaa",
        "hgfedcba",
        "PassWord",
        "iloveyou",
        "password1",
    ],
)
def test_a_common_password_is_refused_in_any_case(password: str) -> None:
    assert any("common" in sentence for sentence in problems(password, "bob-the-third"))


@pytest.mark.parametrize(
    "password",
    [
        "pong1234",
        "Welcome1!",
        "P0ng-2026",
        "P@$$w0rd!",
        "$ummer2026",
        "2026_Dragon",
        "transc3ndence",
        "!!m0nk3y!!",
    ],
)
def test_a_common_word_or_the_products_name_with_digits_and_look_alikes_is_refused(password: str) -> None:
    assert any("common word" in sentence for sentence in problems(password, "bob-the-third"))


@given(
    word=st.sampled_from(["pong", "welcome", "dragon", "sunshine", "password"]),
    before=st.text("0123456789_-!@#$%^&*()", max_size=8),
    after=st.text("0123456789_-!@#$%^&*()", min_size=4, max_size=8),
    upper=st.booleans(),
)
def test_nothing_around_a_common_word_makes_it_a_password(
    word: str, before: str, after: str, *, upper: bool
) -> None:
    password = before + (word.upper() if upper else word) + after
    assert any("common" in sentence for sentence in problems(password, "bob-the-third"))


@pytest.mark.parametrize("password", ["ping-pong-table", "sunshine-on-mars", "welcomed-by-7-cats"])
def test_several_words_are_no_common_word(password: str) -> None:
    assert problems(password, "bob-the-third") == []


def test_the_list_of_common_passwords_is_long_and_passes_the_other_rules() -> None:
    assert len(common_passwords()) > 5000
    for password in common_passwords():
        assert password == password.lower()
        assert 8 <= len(password) <= 50


@pytest.mark.parametrize(
    ("password", "username"),
    [
        ("xx-alice-xx-9", "alice"),
        ("xx-ALICE-xx-9", "alice"),
        ("xx-alice-xx-9", "ALICE"),
        ("bobby-the-1st", "bobby-the-1st"),
        ("bobby_the_1st", "bobby-the-1st"),
        ("bobby-the-2nd", "bobby-the-1st"),
        ("1bobby-the-st", "bobby-the-1st"),
    ],
)
def test_a_password_that_contains_or_resembles_the_username_is_refused(password: str, username: str) -> None:
    assert any("username" in sentence for sentence in problems(password, username))


@pytest.mark.parametrize("username", ["", "zebra", "horses-of-the-sea"])
def test_a_password_that_has_little_in_common_with_the_username_is_accepted(username: str) -> None:
    assert problems("kX9_-!@#$%^&*()", username) == []


def test_every_fault_of_a_password_is_reported_at_once() -> None:
    assert len(problems("12345", "12345")) == 4  # short, digits, a run, the username


@given(st.text(max_size=10_000), st.text(max_size=30))
def test_no_input_raises_an_error_or_takes_long(password: str, username: str) -> None:
    found = problems(password, username)
    if len(password) > passwords.MAX_LENGTH:
        assert len(found) == 1, "the costly comparison is left out"
