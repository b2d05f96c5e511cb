"""Tokens: only our own, of the right kind and in time are accepted (docs/contract/accounts.md#tokens)."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from shared.auth.keys_text import BadKey
from shared.auth.tokens import new_token, read_token
from shared.domain.accounts.tokens import TokenType
from shared.domain.errors import Unauthenticated
from shared.settings import settings

KINDS: tuple[TokenType, ...] = ("access", "refresh")
SECRET = os.environ["JWT_SECRET"]


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    made = {"sub": "8", "type": "access", "jti": "0.abc", "iat": now, "exp": now + 60, **changes}
    return {name: value for name, value in made.items() if value is not None}


def refused(token: str, *kinds: TokenType) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        read_token(token, *(kinds or ("access",)))
    assert refusal.value.code == "token_not_valid"


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_holds_its_type_and_user(kind: TokenType) -> None:
    found = read_token(new_token(kind, 2**53 - 1, 7), kind)
    assert (found.kind, found.user_id, found.generation) == (kind, 2**53 - 1, 7)


def test_a_token_holds_its_session_and_a_refresh_token_its_number() -> None:
    found = read_token(new_token("refresh", 8, 2, "5e551011", 3), "refresh")
    assert (found.session, found.counter, found.expires - found.issued) == ("5e551011", 3, 30 * 24 * 3600)


def test_a_token_from_before_sessions_has_none() -> None:
    now = int(time.time())
    old = {"sub": "8", "type": "refresh", "jti": "2.5532dbb4", "iat": now, "exp": now + 60}
    found = read_token(jwt.encode(old, SECRET, "HS256"), "refresh")
    assert (found.session, found.counter, found.generation) == ("", 0, 2)


@pytest.mark.parametrize("session", ["", "5e551011"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_token_carries_exactly_the_contracts_claims(kind: TokenType, session: str) -> None:
    token = new_token(kind, 8, session=session)
    found = jwt.decode(token, SECRET, algorithms=["HS256"])
    assert found.keys() == {"sub", "type", "jti", "iat", "exp"}
    assert (found["sub"], found["type"]) == ("8", kind)
    assert isinstance(found["iat"], int)
    lifetimes = {"access": 1800, "refresh": 30 * 24 * 3600}
    assert found["exp"] - found["iat"] == lifetimes[kind]
    assert jwt.get_unverified_header(token)["alg"] == "HS256"


def test_no_two_tokens_have_the_same_id() -> None:
    ids = {jwt.decode(new_token("access", 8), SECRET, algorithms=["HS256"])["jti"] for _ in range(20)}
    assert len(ids) == 20


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_of_one_kind_is_refused_as_another(kind: TokenType) -> None:
    for other in KINDS:
        if other != kind:
            refused(new_token(kind, 8), other)


def test_a_reader_may_accept_several_kinds() -> None:
    assert read_token(new_token("access", 8), "refresh", "access").kind == "access"


def test_an_expired_token_is_refused() -> None:
    refused(jwt.encode(claims(exp=int(time.time()) - 1), SECRET, "HS256"))


def test_a_token_from_the_future_is_refused() -> None:
    refused(jwt.encode(claims(iat=int(time.time()) + 3600), SECRET, "HS256"))


def test_a_token_signed_with_another_secret_is_refused() -> None:
    refused(jwt.encode(claims(), SECRET + "x", "HS256"))


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_a_token_of_another_algorithm_is_refused_even_with_our_secret(algorithm: str) -> None:
    refused(jwt.encode(claims(), SECRET, algorithm))


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "hs256", ""])
def test_a_token_without_a_signature_is_refused(algorithm: str) -> None:
    header, payload = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": algorithm, "typ": "JWT"}, claims())
    )
    signature = new_token("access", 8).rpartition(".")[2]
    refused(f"{header}.{payload}.")
    refused(f"{header}.{payload}.{signature}")


def test_a_token_that_is_not_good_yet_is_refused() -> None:
    refused(jwt.encode(claims(nbf=int(time.time()) + 3600), SECRET, "HS256"))


@pytest.mark.parametrize("audience", ["private-api", "users", ["users"]])
def test_a_token_for_an_audience_is_no_users_token_even_with_our_secret(audience: str | list[str]) -> None:
    refused(jwt.encode(claims(aud=audience), SECRET, "HS256"))


@pytest.mark.parametrize(
    "header",
    [
        {"jwk": {"kty": "oct", "k": base64.urlsafe_b64encode(b"k" * 32).decode()}},
        {"jku": "https://localhost:4443/assets/keys.json"},
        {"x5u": "https://localhost:4443/assets/keys.pem"},
        {"kid": "../../../../dev/null"},
    ],
)
def test_a_key_that_a_token_itself_names_is_not_used(header: dict[str, Any]) -> None:
    refused(jwt.encode(claims(), "k" * 32, "HS256", headers=header))


@pytest.mark.parametrize("name", ["sub", "type", "jti", "iat", "exp"])
def test_a_token_that_lacks_a_claim_is_refused(name: str) -> None:
    refused(jwt.encode(claims(**{name: None}), SECRET, "HS256"))


@pytest.mark.parametrize(
    "changes",
    [
        *({"sub": "alice"}, {"sub": ""}, {"sub": 8}, {"sub": "8.5"}, {"jti": "abc"}, {"jti": 3}),
        *({"type": 1}, {"type": ["access"]}, {"type": "ACCESS"}, {"exp": "soon"}, {"iat": "x"}),
    ],
)
def test_a_token_with_invalid_claims_is_refused(changes: dict[str, Any]) -> None:
    payload = json.dumps(claims(**changes)).encode()
    refused(jwt.PyJWS().encode(payload, SECRET, "HS256"))


@pytest.mark.parametrize("payload", [b"", b"[]", b"1", b"null", b"{", b"\xff", b'"text"'])
def test_a_signed_text_that_holds_no_claims_is_refused(payload: bytes) -> None:
    refused(jwt.PyJWS().encode(payload, SECRET, "HS256"))


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "...", "abc", "a.b.c", "é.é.é", "\ud800.a.b", "0" * 10_000, "a b.c.d", "\0.\0.\0"],
)
def test_garbage_is_refused(token: str) -> None:
    refused(token)


def test_a_token_with_any_changed_character_is_refused() -> None:
    token = new_token("access", 8)
    for place in range(0, len(token) - 1, 7):  # the last one holds unused bits
        changed = "A" if token[place] != "A" else "B"
        refused(token[:place] + changed + token[place + 1 :])


@pytest.fixture
def no_secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("JWT_SECRET")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.usefixtures("no_secret")
def test_without_a_secret_nothing_is_signed_or_read() -> None:
    with pytest.raises(BadKey):
        new_token("access", 8)
    with pytest.raises(BadKey):
        read_token(jwt.encode(claims(), "x" * 40, "HS256"), "access")
