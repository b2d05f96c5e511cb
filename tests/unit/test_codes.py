"""Drawing codes while the short ones are in use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from shared.domain.errors import Throttled
from shared.domain.ids import EPOCH
from shared.usecases.play import codes


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[datetime]]:
    now = [EPOCH + timedelta(days=1)]
    monkeypatch.setattr(codes, "utc_now", lambda: now[0])
    codes.forget()
    yield now
    codes.forget()


def draws(free_from: int) -> list[int]:
    """The lengths of the codes drawn until one is free; shorter ones than `free_from` digits are in use."""
    drawn: list[int] = []

    def write(code: str) -> None:
        drawn.append(len(code))
        if len(code) < free_from:
            raise codes.CodeTaken

    codes.with_new_code(write)
    return drawn


def test_codes_are_short_while_short_ones_are_free() -> None:
    assert [draws(4) for _ in range(3)] == [[4]] * 3


def test_a_process_remembers_for_a_minute_that_the_short_codes_are_in_use(clock: list[datetime]) -> None:
    assert draws(5) == [4, 4, 4, 4, 5]
    assert draws(5) == [5]
    clock[0] += timedelta(seconds=codes.REMEMBERED_SECONDS)
    assert draws(4) == [4]


def test_one_taken_code_makes_no_code_longer() -> None:
    taken = iter([True, False])

    def write(_: str) -> None:
        if next(taken):
            raise codes.CodeTaken

    codes.with_new_code(write)
    assert draws(4) == [4]


def test_it_gives_up_after_twenty_draws_also_when_it_began_with_longer_codes() -> None:
    assert draws(6) == [4] * 4 + [5] * 4 + [6]
    with pytest.raises(Throttled):
        draws(99)
    assert draws(6) == [6]
