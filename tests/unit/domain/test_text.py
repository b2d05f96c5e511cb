"""The rule for names and messages (docs/contract/conventions.md#text)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.play.tournament_rules import NAME_MAX, name_problems
from shared.domain.text import is_visible, problems

INVISIBLE = (
    " \t\n\r\u00a0\u00ad\u034f\u115f\u1160\u180e\u2000\u200b\u200c\u200d\u200e\u200f"
    "\u2028\u2029\u2060\u2800\u3000\u3164\ufe0f\ufeff\uffa0\U000e0001"
)
OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text(INVISIBLE))
def test_a_text_of_invisible_characters_is_blank(text: str) -> None:
    assert "This field may not be blank." in problems(text, "A message", lines=True)


@given(st.text(INVISIBLE), st.sampled_from("x\u05d0\u0623\u5b57\U0001f44b-0\u0301"), st.text(INVISIBLE))
def test_one_visible_character_is_enough(before: str, character: str, after: str) -> None:
    assert is_visible(before + character + after)
    assert problems(before + character + after, "A message", lines=True) == []


@pytest.mark.parametrize("character", OVERRIDES)
def test_overrides_of_direction_are_refused_in_names_and_messages(character: str) -> None:
    for lines in (True, False):
        (sentence,) = problems(f"a{character}b", "A text", lines=lines)
        assert sentence == "A text may not contain characters that override the direction of text."


@pytest.mark.parametrize(
    "text",
    ["\u200fשלום", "\u0645\u0631\u062d\u0628\u0627\u200e", "\U0001f468\u200d\U0001f469", "می\u200cخواهم"],
)
def test_marks_and_joiners_that_languages_and_emoji_need_are_accepted(text: str) -> None:
    assert name_problems(text) == problems(text, "A message", lines=True) == []


@pytest.mark.parametrize("character", "\n\r\t\u2028\u2029\0\x1b\x7f\x85\x9f")
def test_a_name_has_no_control_characters_and_one_line(character: str) -> None:
    assert name_problems(f"a{character}b") == ["A name may not contain control characters."]


@pytest.mark.parametrize(("length", "wrong"), [(0, 1), (1, 0), (NAME_MAX, 0), (NAME_MAX + 1, 1)])
def test_a_tournaments_name_has_1_to_50_characters(length: int, wrong: int) -> None:
    assert len(name_problems("x" * length)) == wrong
