"""Service tokens: a key, an audience and a lifetime of their own (docs/contract/private-api.md#service-tokens).

Apart from users' tokens, so that only functions of the private API reach the key. This module prints a new one when it
is run: `python -m shared.auth.service_tokens`.
"""

from __future__ import annotations

import time
import uuid
from functools import lru_cache

import jwt

from shared.auth.signing_keys import service_keys
from shared.auth.tokens import ALGORITHM, decoded
from shared.settings import settings

AUDIENCE = "private-api"


def new_service_token() -> str:
    """A signed service token. It belongs to no user."""
    issued = int(time.time())
    claims = {
        "sub": "0",
        "type": "service",
        "aud": AUDIENCE,
        "jti": f"0.{uuid.uuid4().hex}",
        "iat": issued,
        "exp": issued + settings().service_seconds,
    }
    return jwt.encode(claims, service_keys()[0], ALGORITHM)


def is_service_token(token: str) -> bool:
    """Whether it is a service token of this product and in time."""
    return service_token_times(token) is not None


def service_token_times(token: str) -> tuple[int, int] | None:
    """When a service token was issued and when it expires (Unix time, seconds); None if it isn't one, or in time."""
    try:
        issued, expires = _times(token, service_keys())
    except (jwt.InvalidTokenError, ValueError):
        return None
    return (issued, expires) if expires > time.time() else None


@lru_cache(maxsize=64)
def _times(token: str, keys: tuple[str, ...]) -> tuple[int, int]:
    """The times of a genuine service token. Cached: a service sends it with every request."""
    claims = decoded(token, keys, AUDIENCE)
    if claims["type"] != "service":
        raise jwt.InvalidTokenError("this is no service token")
    return int(claims["iat"]), int(claims["exp"])


if __name__ == "__main__":
    print(new_service_token())  # noqa: T201 - a command
