"""Logins, refreshes and ends of sessions at the same instant."""

from __future__ import annotations

from functools import partial

import pytest

from shared.auth.tokens import read_token
from tests.support.calls import Answer, call
from tests.support.concurrency import at_once, commit_after
from tests.support.database import raw_items
from tests.support.invariants.whole_table import assert_whole
from tests.support.players import PASSWORD, sign_up

pytestmark = pytest.mark.usefixtures("account")

MANY = 8


def log_in() -> Answer:
    return call("POST", "/auth/login/", body={"username": "Alice", "password": PASSWORD})


def refresh(token: str) -> Answer:
    return call("POST", "/auth/refresh/", body={"refresh": token, "rotate": True})


def test_logins_at_once_all_get_a_session() -> None:
    alice = sign_up("Alice")
    answers = at_once(*[log_in] * MANY)
    assert [answer.status for answer in answers] == [200] * MANY
    assert len(call("GET", "/users/me/sessions/", alice.access).body) == MANY + 1
    assert_whole(raw_items())


def test_refreshes_at_once_with_one_token_all_get_the_same_next_one() -> None:
    sign_up("Alice")
    token = log_in().body["refresh"]
    answers = at_once(*[partial(refresh, token)] * MANY)
    assert [answer.status for answer in answers] == [200] * MANY
    assert {read_token(answer.body["refresh"], "refresh").counter for answer in answers} == {1}


def test_a_refresh_during_the_end_of_its_session_is_refused() -> None:
    alice = sign_up("Alice")
    tokens = log_in().body
    session = read_token(tokens["access"], "access").session
    end = partial(call, "DELETE", f"/users/me/sessions/{session}/", alice.access)
    answer = commit_after(end, partial(refresh, tokens["refresh"]))
    assert (answer.status, answer.body["code"]) == (401, "token_not_valid")
    assert [entry["id"] for entry in call("GET", "/users/me/sessions/", alice.access).body] != [session]


def test_a_login_during_a_password_change_gets_a_session_or_is_refused_but_never_outlives_the_change() -> (
    None
):
    alice = sign_up("Alice")
    body = {"password": "another-horse-8", "old_password": PASSWORD}
    change = partial(call, "PATCH", "/users/me/", alice.access, body)
    answer = commit_after(change, log_in)
    assert (answer.status, answer.body["code"]) == (401, "authentication_failed")
    assert len(call("GET", "/users/me/sessions/", alice.access).body) == 1
    assert_whole(raw_items())
