"""The text of messages, and their numbers, ids and times."""

from __future__ import annotations

import sys
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.chat import messages
from shared.domain.chat.messages import MAX_LENGTH, Message, next_message

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)


def test_only_control_characters_and_overrides_of_direction_are_refused() -> None:
    refused = {
        character for character in map(chr, range(sys.maxunicode + 1)) if messages.problems(f"a{character}b")
    }
    control = {chr(n) for n in range(sys.maxunicode + 1) if unicodedata.category(chr(n)) == "Cc"}
    overrides = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert refused == (control - set("\n\r\t")) | overrides


@pytest.mark.parametrize(("length", "wrong"), [(0, 1), (1, 0), (MAX_LENGTH, 0), (MAX_LENGTH + 1, 1)])
@pytest.mark.parametrize("character", ["x", "é", "👋"])
def test_the_length_is_counted_in_characters_and_not_in_bytes(
    length: int, wrong: int, character: str
) -> None:
    assert len(messages.problems(character * length)) == wrong


def test_every_problem_is_named() -> None:
    assert len(messages.problems("\0" * (MAX_LENGTH + 1))) == 3


@given(seconds=st.lists(st.integers(-3600, 3600), min_size=1, max_size=20))
def test_numbers_are_dense_and_ids_and_times_never_go_back_on_any_clock(
    seconds: list[int],
) -> None:
    last: Message | None = None
    for n, shift in enumerate(seconds):
        made = next_message(last, author=8, content="x", is_read=False, now=NOW + timedelta(seconds=shift))
        assert made.n == n
        assert last is None or (made.id > last.id and made.sent_at >= last.sent_at)
        last = made
