"""Taking a name at once: it is given once."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from shared.domain.accounts import names
from tests.support.calls import call
from tests.support.concurrency import at_once
from tests.support.database import raw_items
from tests.support.invariants.whole_table import assert_whole
from tests.support.players import PASSWORD, sign_up

pytestmark = pytest.mark.usefixtures("account")


def test_32_identical_sign_ups_at_once_give_one_account_and_31_clear_refusals() -> None:
    sign_up_again = partial(
        call, "POST", "/auth/register/", body={"username": "Wanted", "password": PASSWORD}
    )
    answers = at_once(*[sign_up_again] * 32)
    assert Counter(answer.status for answer in answers) == {201: 1, 400: 31}
    for answer in answers:
        if answer.status == 400:
            assert answer.body == {"username": ["This username is already taken."]}
    items = raw_items()
    assert sum(item["kind"]["S"] == "user" for item in items) == 1
    assert_whole(items)


def test_names_that_differ_in_case_only_are_given_once() -> None:
    names = ["wanted", "Wanted", "WANTED", "wAnTeD"]
    answers = at_once(
        *[
            partial(call, "POST", "/auth/register/", body={"username": name, "password": PASSWORD})
            for name in names
        ]
    )
    assert Counter(answer.status for answer in answers) == {201: 1, 400: 3}
    assert_whole(raw_items())


def test_a_name_that_two_users_change_to_at_once_goes_to_one_of_them() -> None:
    players = [sign_up("Alice"), sign_up("Bobby")]
    answers = at_once(
        *[partial(call, "PATCH", "/users/me/", player.access, {"username": "Prize"}) for player in players]
    )
    assert sorted(answer.status for answer in answers) == [200, 400]
    assert_whole(raw_items())


def test_a_user_who_changes_name_and_password_in_several_calls_at_once_keeps_one_of_each() -> None:
    player = sign_up("Alice")
    bodies: list[dict[str, str]] = [
        {"username": "Alicia"},
        {"username": "ALICE"},
        {"password": "another-horse-8", "old_password": PASSWORD},
        {"password": "a-third-horse-9", "old_password": PASSWORD},
    ]
    answers = at_once(*[partial(call, "PATCH", "/users/me/", player.access, body) for body in bodies])
    assert {answer.status for answer in answers} <= {200, 400, 429}
    items = raw_items()
    assert_whole(items)
    assert sum(item["kind"]["S"] == "credential" for item in items) == 1


def test_a_guest_who_registers_twice_at_once_is_registered_once() -> None:
    guest = call("POST", "/auth/guest/").body["access"]
    answers = at_once(
        *[
            partial(call, "PUT", "/auth/register/guest/", guest, {"username": name, "password": PASSWORD})
            for name in ("Alice", "Bobby")
        ]
    )
    assert sorted(answer.status for answer in answers) == [200, 403]
    assert_whole(raw_items())


def test_guests_who_draw_the_same_name_at_once_get_different_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([f"Guest{number // 4:06d}" for number in range(1000)])
    monkeypatch.setattr(names, "guest_name", lambda _: next(drawn))
    answers = at_once(*[partial(call, "POST", "/auth/guest/")] * 8)
    assert [answer.status for answer in answers] == [201] * 8
    assert_whole(raw_items())


def test_deleting_an_account_and_changing_it_at_once_leaves_nothing_half_done() -> None:
    player = sign_up("Alice")
    answers = at_once(
        partial(call, "DELETE", "/users/me/", player.access, {"password": PASSWORD}),
        partial(call, "PATCH", "/users/me/", player.access, {"username": "Alicia"}),
        partial(call, "PATCH", "/users/me/", player.access, {"accept_friend_request": False}),
    )
    assert answers[0].status == 204
    items = raw_items()
    assert_whole(items)
    left_to_the_task = {"trophies", "relations", "inbox"}
    assert {item["kind"]["S"] for item in items} <= {"outbox", "timer"} | left_to_the_task
