"""The rules of sessions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis.stateful import run_state_machine_as_test

from shared.domain.accounts.sessions import (
    CLIENT_CHARACTERS,
    MAX_SESSIONS,
    USED_STEP,
    Session,
    client_name,
    is_over,
    refreshed,
    with_new,
)
from tests.support.honest_clients import HonestClient, Refused

NEW = Session(created=1000, used=1000, ends=9000, client="Firefox")


def test_a_login_adds_a_session_and_leaves_the_others() -> None:
    old = {"a": replace(NEW, used=1)}
    assert with_new(old, "b", NEW) == {**old, "b": NEW}


def test_beyond_the_maximum_the_least_recently_used_session_goes() -> None:
    full = {f"{n}": replace(NEW, created=n, used=n) for n in range(MAX_SESSIONS)}
    assert with_new(full, "new", NEW).keys() == full.keys() - {"0"} | {"new"}


def test_a_login_forgets_sessions_whose_tokens_have_expired() -> None:
    assert with_new({"old": replace(NEW, ends=1000), "good": replace(NEW, ends=1001)}, "b", NEW).keys() == {
        "good",
        "b",
    }


def test_the_name_of_a_client_is_printable_and_bounded() -> None:
    assert client_name("Fire\x1b[31m\u202efox\n") == "Fire[31mfox"
    assert len(client_name("x" * 1000)) == CLIENT_CHARACTERS


def test_a_refresh_without_rotation_moves_nothing_but_the_time_of_last_use_and_that_coarsely() -> None:
    assert refreshed(NEW, 0, rotate=False, now=1000 + USED_STEP - 1, ends=20000) == NEW
    later = 1000 + USED_STEP
    assert refreshed(NEW, 0, rotate=False, now=later, ends=20000) == replace(NEW, used=later)


def test_a_rotation_moves_the_counter_and_the_end_and_the_token_before_gets_the_current_one() -> None:
    once = replace(NEW, counter=1, ends=20000)
    assert refreshed(NEW, 0, rotate=True, now=1000, ends=20000) == once
    assert refreshed(once, 0, rotate=True, now=1000, ends=20000) == once
    assert refreshed(once, 1, rotate=True, now=1000, ends=20000) == replace(once, counter=2)


@pytest.mark.parametrize("rotate", [False, True])
@pytest.mark.parametrize("counter", [0, 1, 4])
def test_an_older_token_or_one_that_was_never_given_out_ends_the_session(
    counter: int, *, rotate: bool
) -> None:
    assert refreshed(replace(NEW, counter=3), counter, rotate=rotate, now=1000, ends=2000) is None


def test_a_session_is_over_at_its_greatest_age_however_lately_it_was_used() -> None:
    used = replace(NEW, used=5999, ends=20000)
    assert not is_over(used, now=5999, longest=5000)
    assert is_over(used, now=6000, longest=5000)


class PureServer(HonestClient[int]):
    """Clients of the rules alone: a token is its counter."""

    def __init__(self) -> None:
        self.session = NEW
        super().__init__(first=0)

    def refresh(self, token: int, *, rotate: bool) -> int:
        changed = refreshed(self.session, token, rotate=rotate, now=1000, ends=9000)
        if changed is None:
            raise Refused
        self.session = changed
        return changed.counter if rotate else token


def test_no_honest_client_is_logged_out_by_repeats_lost_answers_or_races() -> None:
    run_state_machine_as_test(PureServer)
