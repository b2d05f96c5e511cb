"""What is a security event, and what its line says (docs/operations.md#security-events)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest

from infra.end_sessions import main as end_sessions
from shared.auth.signing_keys import service_keys, signing_keys
from shared.auth.tokens import read_token
from shared.domain.accounts.sessions import MAX_SESSIONS
from shared.settings import settings
from tests.support.accounts import NEW_PASSWORD
from tests.support.calls import Answer, call, service
from tests.support.logs import logging_to
from tests.support.players import PASSWORD

pytestmark = pytest.mark.usefixtures("table")

WRONG = "wrong-password-1"
ADDRESS = "203.0.113.7"
FIELDS = {"security_event", "user_id", "reason", "route", "request_id", "client"}

Event = tuple[str, int | None, str, str]
"""Name, user, reason, route."""


class Alice:
    """A registered user, and what their client does."""

    def __init__(self) -> None:
        self.tokens = self._tokens("POST", "/auth/register/", {"username": "Alice", "password": PASSWORD})
        self.id = read_token(self.tokens["access"], "access").user_id

    @staticmethod
    def _tokens(method: str, path: str, body: dict[str, Any]) -> dict[str, str]:
        tokens: dict[str, str] = call(method, path, body=body).body
        return tokens

    def log_in(self) -> dict[str, str]:
        return self._tokens("POST", "/auth/login/", {"username": "Alice", "password": PASSWORD})

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        return call(method, path, self.tokens["access"], body, address=ADDRESS, **more)

    def rotate(self, refresh: str) -> Answer:
        return call("POST", "/auth/refresh/", body={"refresh": refresh, "rotate": True})


@pytest.fixture
def alice(table: None) -> Alice:
    return Alice()


@pytest.fixture
def lines(alice: Alice) -> Iterator[list[dict[str, Any]]]:
    """What is logged once Alice is registered."""
    with logging_to() as found:
        yield found


def events(lines: list[dict[str, Any]]) -> list[Event]:
    return [
        (line["security_event"], line["user_id"], line["reason"], line["route"])
        for line in lines
        if "security_event" in line
    ]


def signed(key: str, **claims: Any) -> str:
    return jwt.encode(
        {"sub": "1", "type": "access", "jti": "0.x", "iat": 1, "exp": 4_000_000_000, **claims}, key, "HS256"
    )


FORGED = signed("a-key-of-an-attacker-0123456789abcdef")
UNSIGNED = jwt.encode(
    {"sub": "1", "type": "access", "jti": "0.x", "iat": 1, "exp": 4_000_000_000}, "", "none"
)


# ── passwords ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_login_that_fails_names_the_user_if_there_is_one(alice: Alice, lines: list[dict[str, Any]]) -> None:
    for name in ("ALICE", "nobody-has-this"):
        assert call("POST", "/auth/login/", body={"username": name, "password": WRONG}).status == 401

    assert events(lines) == [("login_failed", alice.id, "", "log_in"), ("login_failed", None, "", "log_in")]
    assert [line["LoginFailed"] for line in lines] == [1, 1]


def test_a_wrong_password_of_somebody_logged_in_is_one(alice: Alice, lines: list[dict[str, Any]]) -> None:
    alice.call("DELETE", "/users/me/", {"password": WRONG})
    alice.call("PATCH", "/users/me/", {"password": NEW_PASSWORD, "old_password": WRONG})

    assert events(lines) == [
        ("password_refused", alice.id, "", "delete_me"),
        ("password_refused", alice.id, "", "update_me"),
    ]


# ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("token", [FORGED, UNSIGNED], ids=["another key", "no signature"])
@pytest.mark.parametrize(
    ("method", "path", "route"),
    [("GET", "/users/me/", "get_me"), ("POST", "/play/lobby/1234/", "join_lobby")],
)
def test_a_forged_token_is_one(
    lines: list[dict[str, Any]], method: str, path: str, route: str, token: str
) -> None:
    assert call(method, path, token).body["code"] == "token_not_valid"

    assert events(lines) == [("token_forged", None, "", route)]


def test_a_forged_refresh_token_is_one(lines: list[dict[str, Any]]) -> None:
    assert call("POST", "/auth/refresh/", body={"refresh": FORGED}).status == 401

    assert events(lines) == [("token_forged", None, "", "refresh_token")]


def test_what_honest_clients_send_is_none(alice: Alice, lines: list[dict[str, Any]]) -> None:
    alice.log_in()
    alice.call("GET", "/users/me/")
    alice.rotate(alice.tokens["refresh"])
    call("GET", "/private/match/1/2/", service())
    for token in (None, "undefined", alice.tokens["refresh"], signed(signing_keys()[0], exp=2)):
        assert call("GET", "/users/me/", token).status == 401

    assert events(lines) == []


def test_a_call_of_the_private_api_without_a_good_service_token_is_one(
    alice: Alice, lines: list[dict[str, Any]]
) -> None:
    expired = signed(service_keys()[0], sub="0", type="service", aud="private-api", exp=2)
    for token in (None, FORGED, expired, alice.tokens["access"]):
        assert call("GET", "/private/match/1/2/", token).status in (401, 403)

    assert events(lines) == [
        ("service_call_refused", None, reason, "connect_player")
        for reason in ("not_authenticated", "token_not_valid", "token_not_valid", "service_token_required")
    ]


# ── sessions ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_refresh_token_that_was_replaced_long_ago_is_one(alice: Alice, lines: list[dict[str, Any]]) -> None:
    second = alice.rotate(alice.tokens["refresh"]).body["refresh"]
    assert alice.rotate(alice.rotate(second).body["refresh"]).status == 200
    assert alice.rotate(alice.tokens["refresh"]).status == 401

    assert events(lines) == [("refresh_token_replayed", alice.id, "", "refresh_token")]


def log_out(alice: Alice) -> None:
    alice.call("POST", "/auth/logout/", {})


def log_out_everywhere(alice: Alice) -> None:
    alice.call("POST", "/auth/logout/", {"all": True})


def end_another(alice: Alice) -> None:
    other = read_token(alice.log_in()["access"], "access").session
    assert alice.call("DELETE", f"/users/me/sessions/{other}/").status == 204


def end_others(alice: Alice) -> None:
    alice.call("DELETE", "/users/me/sessions/")


def change_password(alice: Alice) -> None:
    alice.call("PATCH", "/users/me/", {"password": NEW_PASSWORD, "old_password": PASSWORD})


def delete_account(alice: Alice) -> None:
    assert alice.call("DELETE", "/users/me/", {"password": PASSWORD}).status == 204


def log_in_too_often(alice: Alice) -> None:
    for _ in range(MAX_SESSIONS):
        alice.log_in()


def operator_ends_all(alice: Alice) -> None:
    assert end_sessions(["alice"]) == 0


@pytest.mark.parametrize(
    ("act", "reason", "route"),
    [
        (log_out, "logout", "log_out"),
        (log_out_everywhere, "logout", "log_out"),
        (end_another, "owner", "end_session"),
        (end_others, "owner", "end_other_sessions"),
        (change_password, "password_change", "update_me"),
        (delete_account, "deletion", "delete_me"),
        (log_in_too_often, "too_many", "log_in"),
        (operator_ends_all, "operator", ""),
    ],
)
def test_sessions_that_end_before_their_time_are_one(
    alice: Alice, lines: list[dict[str, Any]], act: Callable[[Alice], None], reason: str, route: str
) -> None:
    act(alice)

    assert events(lines) == [("sessions_ended", alice.id, reason, route)]


def test_a_guest_who_registers_ends_other_sessions(lines: list[dict[str, Any]]) -> None:
    access = call("POST", "/auth/guest/").body["access"]
    call("PUT", "/auth/register/guest/", access, {"username": "bobby", "password": PASSWORD})

    user_id = read_token(access, "access").user_id
    assert events(lines) == [("sessions_ended", user_id, "registration", "register_guest")]


def test_a_repeated_request_is_no_second_event(alice: Alice, lines: list[dict[str, Any]]) -> None:
    key = {"Idempotency-Key": "change"}
    body = {"password": NEW_PASSWORD, "old_password": PASSWORD}
    for _ in range(3):
        assert alice.call("PATCH", "/users/me/", body, headers=key).status == 200

    assert events(lines) == [("sessions_ended", alice.id, "password_change", "update_me")]


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_line_has_the_same_fields_and_neither_secrets_nor_names_nor_addresses(
    alice: Alice, lines: list[dict[str, Any]]
) -> None:
    call("POST", "/auth/login/", body={"username": "Alice", "password": WRONG}, address=ADDRESS)
    call("GET", "/users/me/", FORGED, address=ADDRESS)
    call("GET", "/private/match/1/2/", FORGED, address=ADDRESS)
    change_password(alice)
    log_out(alice)

    assert len(lines) == 5
    for line in lines:
        metric = line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"]
        assert line.keys() == FIELDS | {"at", "level", "message", "_aws", "Stack", metric}
        assert line["request_id"] == "test"
        text = json.dumps(line).lower()
        for secret in (PASSWORD, NEW_PASSWORD, WRONG, FORGED, *alice.tokens.values(), "alice", ADDRESS):
            assert secret.lower() not in text


def client_of(address: str | None) -> str:
    """The digest in the event of a failed login from there."""
    with logging_to() as lines:
        call("POST", "/auth/login/", body={"username": "nemo", "password": WRONG}, address=address)
    return str(lines[0]["client"])


def test_one_address_has_one_digest_which_depends_on_the_stacks_key(monkeypatch: pytest.MonkeyPatch) -> None:
    first = client_of(ADDRESS)

    assert client_of(ADDRESS) == first != client_of("203.0.113.8")
    assert client_of("2001:db8::1") == client_of("2001:db8::2") != client_of("2001:db8:0:1::1")
    assert client_of(None) == ""
    monkeypatch.setenv("PROXY_KEY", "another-stack")
    settings.cache_clear()
    try:
        assert client_of(ADDRESS) not in (first, "")
    finally:
        monkeypatch.undo()
        settings.cache_clear()
