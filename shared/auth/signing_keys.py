"""The keys that sign tokens: from the environment on a laptop, from Secrets Manager on AWS.

A value may hold several keys, separated by commas: the first one signs, all of them verify. So a rotation logs no user
out (docs/operations.md, Rotating the secrets).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.auth.keys_text import BadKey, split_keys
from shared.domain.errors import Unavailable
from shared.logs import log
from shared.settings import settings
from shared.store.services import client

KEPT_SECONDS = 300.0
"""A warm function reads the keys again after this time, and so learns of a rotation."""


@dataclass(frozen=True, slots=True)
class _Fetched:
    keys: tuple[str, ...]
    at: float


_fetched: dict[str, _Fetched] = {}
"""What was read from Secrets Manager, by the secret's ARN."""


def signing_keys() -> tuple[str, ...]:
    """The keys of users' tokens, the one that signs first. BadKey; Unavailable if Secrets Manager doesn't answer."""
    return _keys("JWT_SECRET", settings().jwt_secret, settings().jwt_secret_id)


def service_keys() -> tuple[str, ...]:
    """The keys of service tokens, likewise. Only functions of the private API read them."""
    return _keys("JWT_SERVICE_SECRET", settings().jwt_service_secret, settings().jwt_service_secret_id)


def _keys(name: str, value: str, secret_id: str) -> tuple[str, ...]:
    if value:
        return split_keys(name, value)
    if not secret_id:
        raise BadKey(f"Neither {name} nor {name}_ID is set.")
    return _from_secrets_manager(f"the secret of {name}_ID", secret_id)


def _from_secrets_manager(name: str, secret_id: str) -> tuple[str, ...]:
    now = time.monotonic()
    known = _fetched.get(secret_id)
    if known is None or now - known.at > KEPT_SECONDS:
        try:
            known = _Fetched(split_keys(name, _read(secret_id)), now)
        except (BotoCoreError, ClientError, BadKey) as error:
            log().error("the signing keys can't be read", exc_info=error)
            if known is None:
                raise error if isinstance(error, BadKey) else Unavailable from error
            # The keys from before are still good: a rotation keeps old keys for weeks.
            known = _Fetched(known.keys, now)
        _fetched[secret_id] = known
    return known.keys


def _read(secret_id: str) -> str:
    config = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 2})
    text: str = client("secretsmanager", config).get_secret_value(SecretId=secret_id)["SecretString"]
    return text
