"""JSON Web Tokens (RFC 7519), HS256, and the header that carries them (RFC 6750): docs/contract/accounts.md#tokens.

`jti` is `<generation>.<random>.<session>.<counter>`: the user's generation, which counts password changes; the
session's id; in a refresh token, its number. A token is good while the user's item has its session.
Older tokens have `<generation>.<random>`, and are good while the generation is the user's.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import jwt

from shared.auth.signing_keys import signing_keys
from shared.domain.accounts.tokens import Claims, TokenType
from shared.domain.errors import AuthenticationFailed, NotAuthenticated, TokenForged, TokenNotValid
from shared.settings import settings

ALGORITHM = "HS256"


def new_token(kind: TokenType, user_id: int, generation: int = 0, session: str = "", counter: int = 0) -> str:
    """A signed token of a user."""
    lifetime = {
        "access": settings().access_seconds,
        "refresh": settings().refresh_seconds,
    }[kind]
    parts = [str(generation), uuid.uuid4().hex, *([session, str(counter)] if session else [])]
    issued = int(datetime.now(UTC).timestamp())
    claims = {
        "sub": str(user_id),
        "type": kind,
        "jti": ".".join(parts),
        "iat": issued,
        "exp": issued + lifetime,
    }
    return jwt.encode(claims, signing_keys()[0], ALGORITHM)


def bearer_token(header: str | None) -> str:
    """The token in an Authorization header. NotAuthenticated without a header, AuthenticationFailed for a bad one."""
    if not header:
        raise NotAuthenticated
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AuthenticationFailed("The Authorization header must be 'Bearer <token>'.")
    return token.strip()


def read_token(token: str, *kinds: TokenType) -> Claims:
    """The claims of a token of one of these kinds. TokenNotValid for any other, TokenForged for one of others."""
    try:
        claims = _verified(token, signing_keys())
    except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError) as error:
        raise TokenForged from error
    except (jwt.InvalidTokenError, ValueError) as error:
        raise TokenNotValid from error
    if claims.kind not in kinds or claims.expires <= time.time():
        raise TokenNotValid
    return claims


@lru_cache(maxsize=1024)
def _verified(token: str, keys: tuple[str, ...]) -> Claims:
    """The claims of a genuine token.

    Cached: a client sends the same token with every request. The caller checks the expiry.
    """
    claims = decoded(token, keys)
    generation, *rest = str(claims["jti"]).split(".")
    session, counter = rest[1:] if len(rest) > 1 else ("", "0")
    return Claims(
        kind=claims["type"],
        user_id=int(claims["sub"]),
        generation=int(generation),
        session=session,
        counter=int(counter),
        issued=int(claims["iat"]),
        expires=int(claims["exp"]),
    )


def decoded(token: str, keys: tuple[str, ...], audience: str | None = None) -> Mapping[str, Any]:
    """The claims, if one of the keys has signed them for this audience. jwt.InvalidTokenError otherwise."""
    for number, key in enumerate(keys, start=1):
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=audience,
                options={"require": ["sub", "type", "jti", "iat", "exp"]},
            )
        except jwt.InvalidSignatureError:
            if number == len(keys):
                raise
    raise jwt.InvalidSignatureError("there are no keys")
