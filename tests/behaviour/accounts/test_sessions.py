"""Sessions: one per login, listed, ended, rotated."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test

from infra.end_sessions import main as end_sessions
from shared.auth.tokens import new_token, read_token
from shared.domain.accounts.sessions import MAX_SESSIONS
from shared.domain.accounts.tokens import Grant
from shared.store.accounts.users import User, read_user
from shared.store.base import connection
from shared.usecases.accounts import sessions
from shared.wire.accounts.tokens import Tokens
from tests.support.accounts import NEW_PASSWORD
from tests.support.calls import Answer, call
from tests.support.database import leading_to, raw_items
from tests.support.engine import Engine
from tests.support.events import sent_events
from tests.support.honest_clients import HonestClient, Refused
from tests.support.invariants.whole_table import assert_whole
from tests.support.players import PASSWORD

pytestmark = pytest.mark.usefixtures("table")

SESSIONS = "/users/me/sessions/"


def register() -> dict[str, str]:
    """The tokens of a new user, Alice."""
    tokens: dict[str, str] = call(
        "POST", "/auth/register/", body={"username": "Alice", "password": PASSWORD}
    ).body
    return tokens


def log_in(password: str = PASSWORD) -> dict[str, str]:
    answer = call("POST", "/auth/login/", body={"username": "Alice", "password": password})
    assert answer.status == 200, answer
    tokens: dict[str, str] = answer.body
    return tokens


def guest() -> dict[str, str]:
    tokens: dict[str, str] = call("POST", "/auth/guest/").body
    return tokens


def refresh(token: str, **more: Any) -> Answer:
    return call("POST", "/auth/refresh/", body={"refresh": token, **more})


def session_of(tokens: dict[str, str]) -> str:
    return read_token(tokens["access"], "access").session


def lives(tokens: dict[str, str]) -> bool:
    """Whether access and refresh token are taken; both or neither."""
    answers = call("GET", "/users/me/", tokens["access"]), refresh(tokens["refresh"])
    assert len({answer.status for answer in answers}) == 1, answers
    for answer in answers:
        assert answer.status == 200 or (answer.status, answer.body["code"]) == (401, "token_not_valid")
    return answers[0].status == 200


def listed(tokens: dict[str, str]) -> list[dict[str, Any]]:
    answer = call("GET", SESSIONS, tokens["access"])
    assert answer.status == 200, answer
    found: list[dict[str, Any]] = answer.body
    return found


def age(tokens: dict[str, str], *, days: float) -> None:
    """Move a session's beginning, and the end of its tokens, so many days back."""
    user = read_user(read_token(tokens["access"], "access").user_id)
    assert user is not None
    session = user.sessions[session_of(tokens)]
    back = int(days * 24 * 3600)
    older = replace(session, created=session.created - back, ends=session.ends - back)
    user.update(actions=[User.sessions.set({**user.sessions, session_of(tokens): older})])


def change_password(tokens: dict[str, str]) -> Answer:
    body = {"password": NEW_PASSWORD, "old_password": PASSWORD}
    return call("PATCH", "/users/me/", tokens["access"], body)


def test_every_login_is_a_session_with_client_times_and_the_current_one_marked() -> None:
    first, second = register(), log_in()
    shown = {entry["id"]: entry["current"] for entry in listed(second)}
    assert shown == {session_of(first): False, session_of(second): True}
    assert all(
        list(entry) == ["id", "client", "created_at", "last_used", "current"] for entry in listed(first)
    )


def test_a_session_shows_the_client_that_logged_in_and_its_times() -> None:
    register()
    began = int(time.time())
    body = {"username": "Alice", "password": PASSWORD}
    tokens = call("POST", "/auth/login/", body=body, headers={"User-Agent": "Firefox\u202e/145"}).body

    (entry,) = (entry for entry in listed(tokens) if entry["current"])
    assert entry["client"] == "Firefox/145"
    assert began <= datetime.fromisoformat(entry["created_at"]).timestamp() <= time.time()
    assert entry["last_used"] == entry["created_at"]


def test_refreshing_stays_in_the_session() -> None:
    tokens = register()
    access = refresh(tokens["refresh"]).body["access"]
    assert read_token(access, "access").session == session_of(tokens)
    assert len(listed(tokens)) == 1


def test_a_password_change_ends_every_other_session_at_once_and_its_own_goes_on() -> None:
    mine, others = register(), [log_in(), log_in()]
    assert change_password(mine).status == 200
    assert lives(mine)
    assert [lives(other) for other in others] == [False, False]
    assert lives(log_in(NEW_PASSWORD))
    (_, to, data), *more = sent_events("sessions-ended")
    assert to == (read_token(mine["access"], "access").user_id,)
    assert set(data["sessions"]) == set(map(session_of, others))
    assert not more
    assert_whole(raw_items())


def test_a_login_with_the_old_password_that_is_under_way_during_its_change_gets_no_session() -> None:
    mine = register()
    with pytest.MonkeyPatch.context() as patch:

        def change_first(user_id: int) -> User | None:
            patch.undo()
            assert change_password(mine).status == 200
            return read_user(user_id)

        patch.setattr(sessions, "read_user", change_first)
        answer = call("POST", "/auth/login/", body={"username": "Alice", "password": PASSWORD})
    assert (answer.status, answer.body["code"]) == (401, "authentication_failed")
    assert len(listed(mine)) == 1


def test_tokens_from_before_sessions_are_taken_until_a_password_change() -> None:
    tokens = register()
    user_id = read_token(tokens["access"], "access").user_id
    old = Tokens.issue(Grant(user_id, 0)).model_dump()
    assert lives(old)
    assert change_password(tokens).status == 200
    assert not lives(old)
    assert lives(tokens)


def test_an_old_token_that_asks_to_rotate_gets_a_session() -> None:
    tokens = register()
    old = new_token("refresh", read_token(tokens["access"], "access").user_id)
    rotated = refresh(old, rotate=True).body
    assert len(listed(rotated)) == 2
    assert lives(rotated)


def test_logging_out_ends_the_current_session_only() -> None:
    mine, other = register(), log_in()
    assert call("POST", "/auth/logout/", mine["access"]).status == 204
    assert (lives(mine), lives(other)) == (False, True)


def test_logging_out_of_all_ends_all_and_tokens_from_before_sessions_too() -> None:
    mine, other = register(), log_in()
    old = Tokens.issue(Grant(read_token(mine["access"], "access").user_id, 0)).model_dump()
    assert call("POST", "/auth/logout/", mine["access"], {"all": True}).status == 204
    assert [lives(tokens) for tokens in (mine, other, old)] == [False, False, False]
    assert lives(log_in())


def test_a_token_from_before_sessions_logs_out_too() -> None:
    user_id = read_token(register()["access"], "access").user_id
    old = Tokens.issue(Grant(user_id, 0)).model_dump()
    assert call("POST", "/auth/logout/", old["access"]).status == 204
    assert not lives(old)


def test_one_session_is_ended_by_its_id_and_only_by_its_owner() -> None:
    mine, other = register(), log_in()
    stranger = guest()
    path = f"{SESSIONS}{session_of(other)}/"
    answer = call("DELETE", path, stranger["access"])
    assert (answer.status, answer.body["code"]) == (404, "session_not_found")
    assert call("DELETE", path, mine["access"]).status == 204
    assert (lives(mine), lives(other)) == (True, False)
    assert call("DELETE", path, mine["access"]).status == 404


def test_all_other_sessions_are_ended() -> None:
    mine, others = register(), [log_in(), log_in()]
    assert call("DELETE", SESSIONS, mine["access"]).status == 204
    assert lives(mine)
    assert [lives(other) for other in others] == [False, False]


def test_an_operator_ends_all_sessions_of_one_user(
    capsys: pytest.CaptureFixture[str],
) -> None:
    mine, stranger = [register(), log_in()], guest()
    old = Tokens.issue(Grant(read_token(mine[0]["access"], "access").user_id, 0)).model_dump()
    assert end_sessions(["aLICE"]) == 0
    assert [lives(tokens) for tokens in (*mine, old, stranger)] == [False, False, False, True]
    ((_, _, data),) = sent_events("sessions-ended")
    assert set(data["sessions"]) == set(map(session_of, mine))
    assert end_sessions(["not-there"]) == 1
    assert "there is no user 'not-there'" in capsys.readouterr().err


def test_a_guest_has_a_session_and_keeps_it_by_registering() -> None:
    tokens = guest()
    body = {"username": "Alice", "password": PASSWORD}
    registered = call("PUT", "/auth/register/guest/", tokens["access"], body).body
    assert session_of(registered) == session_of(tokens)
    assert lives(registered)
    assert lives(tokens)
    assert_whole(raw_items())


def test_the_tokens_of_a_guest_who_registers_late_outlive_a_login_elsewhere() -> None:
    tokens = guest()
    age(tokens, days=29.9)
    body = {"username": "Alice", "password": PASSWORD}
    registered = call("PUT", "/auth/register/guest/", tokens["access"], body).body
    age(registered, days=0.2)
    assert lives(log_in())
    assert lives(registered)


def test_the_twenty_first_login_ends_the_session_that_was_not_used_for_longest() -> None:
    logins = [register(), *(log_in() for _ in range(MAX_SESSIONS))]
    assert [lives(tokens) for tokens in logins].count(False) == 1
    assert len(listed(logins[-1])) == MAX_SESSIONS
    ((_, _, data),) = sent_events("sessions-ended")
    assert len(data["sessions"]) == 1


def test_a_rotation_gives_a_new_refresh_token_and_none_is_given_unasked() -> None:
    tokens = register()
    assert refresh(tokens["refresh"]).body.keys() == {"access"}
    rotated = refresh(tokens["refresh"], rotate=True).body
    assert rotated.keys() == {"access", "refresh"}
    assert lives(rotated)


def test_a_refresh_token_one_behind_is_always_answered_with_the_current_one() -> None:
    first = register()["refresh"]
    second = refresh(first, rotate=True).body["refresh"]
    again = [refresh(first, rotate=True).body["refresh"] for _ in range(3)]
    counters = {read_token(token, "refresh").counter for token in (second, *again)}
    assert counters == {1}
    assert refresh(second, rotate=True).status == 200


def test_an_older_refresh_token_ends_its_session_and_says_why() -> None:
    tokens, other = register(), log_in()
    second = refresh(tokens["refresh"], rotate=True).body["refresh"]
    third = refresh(second, rotate=True).body
    answer = refresh(tokens["refresh"])
    assert (answer.status, answer.body["code"]) == (401, "token_not_valid")
    assert "replaced" in answer.body["detail"]
    assert not lives(third)
    assert lives(other)
    assert [data["sessions"] for _, _, data in sent_events("sessions-ended")] == [[session_of(tokens)]]


def test_a_user_with_a_password_logs_in_again_after_90_days_however_often_tokens_rotate() -> None:
    tokens = register()
    age(tokens, days=89.9)
    rotated = refresh(tokens["refresh"], rotate=True).body
    assert lives(rotated)
    age(tokens, days=0.2)
    answer = refresh(rotated["refresh"], rotate=True)
    assert (answer.status, answer.body["code"]) == (401, "token_not_valid")
    assert "log in again" in answer.body["detail"]
    assert not lives(rotated)
    assert [data["sessions"] for _, _, data in sent_events("sessions-ended")] == [[session_of(tokens)]]
    assert lives(log_in())


def test_a_guest_who_cannot_log_in_again_goes_on_and_by_registering_counts_anew() -> None:
    tokens = guest()
    age(tokens, days=400)
    rotated = refresh(tokens["refresh"], rotate=True).body
    body = {"username": "Alice", "password": PASSWORD}
    registered = call("PUT", "/auth/register/guest/", rotated["access"], body).body
    age(registered, days=89.9)
    assert lives(registered)
    age(registered, days=0.2)
    assert refresh(registered["refresh"]).status == 401


def test_a_row_from_before_sessions_takes_its_first_one() -> None:
    user_id = read_token(register()["access"], "access").user_id
    user = read_user(user_id)
    assert user is not None
    user.update(actions=[User.sessions.remove(), User.session_changes.remove(), User.old_tokens.remove()])
    assert lives(log_in())


def test_no_honest_client_is_logged_out_by_repeats_lost_answers_or_races(engine: Engine) -> None:
    account = engine.account()
    with leading_to(account.environment):
        account.create_table(client=connection().client)

        class Client(HonestClient[str]):
            """Clients of the endpoints. Equal counters are equal tokens."""

            def __init__(self) -> None:
                super().__init__(first=guest()["refresh"])

            def refresh(self, token: str, *, rotate: bool) -> str:
                answer = refresh(token, rotate=rotate)
                if answer.status != 200:
                    raise Refused
                new: str = answer.body.get("refresh", token)
                counters = [read_token(one, "refresh").counter for one in (new, self.held)]
                return self.held if counters[0] == counters[1] else new

        run_state_machine_as_test(
            Client, settings=hypothesis_settings(max_examples=20, stateful_step_count=20, deadline=None)
        )
