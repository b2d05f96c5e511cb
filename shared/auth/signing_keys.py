"""The keys that sign tokens: from the environment on a laptop, from Secrets Manager on AWS.

A value may hold several keys, separated by commas: the first one signs, all of them verify. So a rotation logs no user
out (docs/operations.md, Rotating the secret).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import Unavailable
from shared.logs import log
from shared.settings import settings

KEPT_SECONDS = 300.0
"""A warm function reads the keys again after this time, and so learns of a rotation."""


@dataclass(frozen=True, slots=True)
class _Fetched:
    keys: tuple[str, ...]
    at: float


_fetched: _Fetched | None = None


def signing_keys() -> tuple[str, ...]:
    """All keys, the one that signs first. Unavailable if Secrets Manager doesn't answer.

    RuntimeError if neither JWT_SECRET nor JWT_SECRET_ID is set.
    """
    secret = settings().jwt_secret
    return _split(secret) if secret else _from_secrets_manager()


def _from_secrets_manager() -> tuple[str, ...]:
    global _fetched
    now = time.monotonic()
    if _fetched is None or now - _fetched.at > KEPT_SECONDS:
        try:
            _fetched = _Fetched(_split(_read(settings().jwt_secret_id)), now)
        except (BotoCoreError, ClientError) as error:
            log().error("the signing keys can't be read", exc_info=error)
            if _fetched is None:
                raise Unavailable from error
            # The keys from before are still good: a rotation keeps old keys for weeks.
            _fetched = _Fetched(_fetched.keys, now)
    return _fetched.keys


def _read(secret_id: str) -> str:
    if not secret_id:
        raise RuntimeError("Neither JWT_SECRET nor JWT_SECRET_ID is set.")
    config = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 2})
    client = botocore.session.get_session().create_client("secretsmanager", config=config)
    text: str = client.get_secret_value(SecretId=secret_id)["SecretString"]
    return text


def _split(text: str) -> tuple[str, ...]:
    return tuple(key for part in text.split(",") if (key := part.strip()))
