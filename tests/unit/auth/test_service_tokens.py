"""Service tokens have a key, an audience and a lifetime of their own (docs/contract/private-api.md#service-tokens)."""

from __future__ import annotations

import os
import time
from typing import Any

import jwt
import pytest

from shared.auth.service_tokens import AUDIENCE, is_service_token, new_service_token
from shared.auth.tokens import new_token, read_token
from shared.domain.errors import TokenNotValid
from shared.settings import settings

USERS, SERVICES = os.environ["JWT_SECRET"], os.environ["JWT_SERVICE_SECRET"]


def signed(key: str, **changes: Any) -> str:
    now = int(time.time())
    claims = {
        "sub": "0",
        "type": "service",
        "aud": AUDIENCE,
        "jti": "0.a",
        "iat": now,
        "exp": now + 60,
        **changes,
    }
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, key, "HS256")


def test_a_service_token_lives_for_hours_and_names_its_audience() -> None:
    claims = jwt.decode(new_service_token(), SERVICES, algorithms=["HS256"], audience="private-api")
    assert claims.keys() == {"sub", "type", "aud", "jti", "iat", "exp"}
    assert claims["exp"] - claims["iat"] == settings().service_seconds == 12 * 3600


def test_a_service_token_is_read() -> None:
    assert is_service_token(new_service_token())
    assert is_service_token(signed(SERVICES))


@pytest.mark.parametrize(
    "token",
    [
        signed(USERS),
        signed(SERVICES, aud=None),
        signed(SERVICES, aud="users"),
        signed(SERVICES, type="access"),
        signed(SERVICES, exp=int(time.time()) - 1),
        signed(SERVICES, iat=int(time.time()) + 3600),
        signed(SERVICES + "x"),
        new_token("access", 8),
        "",
        "a.b.c",
    ],
    ids=[
        "users' key",
        "no audience",
        "audience",
        "type",
        "expired",
        "future",
        "key",
        "access",
        "empty",
        "garbage",
    ],
)
def test_any_other_token_is_no_service_token(token: str) -> None:
    assert not is_service_token(token)


def test_a_service_token_is_no_users_token() -> None:
    for token in (new_service_token(), signed(USERS)):
        with pytest.raises(TokenNotValid):
            read_token(token, "access", "refresh")


def test_a_key_is_replaced_without_refusing_the_tokens_of_the_old_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, new = new_service_token(), "another-key-of-services-0123456789abcdef"
    for value, reads in ((f"{new},{SERVICES}", True), (new, False)):
        monkeypatch.setenv("JWT_SERVICE_SECRET", value)
        settings.cache_clear()
        assert is_service_token(before) is reads
        assert is_service_token(new_service_token())
    monkeypatch.undo()
    settings.cache_clear()
