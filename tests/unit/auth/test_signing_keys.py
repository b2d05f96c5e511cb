"""The keys that sign tokens: replacing them logs no user out, and deployed functions read them from Secrets Manager."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from shared.auth import signing_keys as module
from shared.auth.keys_text import BadKey
from shared.auth.signing_keys import service_keys, signing_keys
from shared.auth.tokens import new_token, read_token
from shared.domain.errors import Unauthenticated, Unavailable
from shared.settings import settings

OLD, NEW = "the-old-key-0123456789abcdef-0123456789", "the-new-key-0123456789abcdef-0123456789"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "_fetched", {})
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def use(monkeypatch: pytest.MonkeyPatch, **environment: str) -> None:
    for name in ("JWT_SECRET", "JWT_SECRET_ID", "JWT_SERVICE_SECRET", "JWT_SERVICE_SECRET_ID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A secret with the old key; `put` gives it another value."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)  # store tests before these may have led elsewhere
    with mock_aws():
        client = boto3.client("secretsmanager")
        arn = client.create_secret(Name="tokens", SecretString=OLD)["ARN"]
        use(monkeypatch, JWT_SECRET_ID=arn)
        yield lambda value: client.put_secret_value(SecretId=arn, SecretString=value)


def test_tokens_of_all_keys_are_read_and_the_first_key_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, JWT_SECRET=OLD)
    before = new_token("access", 8)
    use(monkeypatch, JWT_SECRET=f"{NEW}, {OLD}")
    after = new_token("access", 8)
    assert read_token(before, "access").user_id == read_token(after, "access").user_id == 8

    use(monkeypatch, JWT_SECRET=NEW)
    assert read_token(after, "access").user_id == 8
    with pytest.raises(Unauthenticated):
        read_token(before, "access")


def test_the_key_comes_from_secrets_manager_when_the_environment_has_none(secret: Any) -> None:
    assert signing_keys() == (OLD,)


def test_a_warm_function_reads_the_keys_again_after_a_while(
    secret: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert signing_keys() == (OLD,)
    secret(f"{NEW},{OLD}")
    assert signing_keys() == (OLD,)
    monkeypatch.setattr(module, "KEPT_SECONDS", -1.0)
    assert signing_keys() == (NEW, OLD)


def test_keys_that_were_read_once_stay_in_use_while_secrets_manager_fails(
    secret: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing_keys()

    def fail(_: str) -> str:
        raise ClientError({"Error": {"Code": "InternalServiceError"}}, "GetSecretValue")

    monkeypatch.setattr(module, "_read", fail)
    monkeypatch.setattr(module, "KEPT_SECONDS", -1.0)
    assert signing_keys() == (OLD,)


def test_without_any_key_the_service_is_unavailable(secret: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, JWT_SECRET_ID="arn:aws:secretsmanager:eu-west-3:123456789012:secret:nothing")
    with pytest.raises(Unavailable):
        signing_keys()


def test_a_process_without_a_key_setting_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch)
    with pytest.raises(BadKey, match="JWT_SECRET_ID"):
        signing_keys()
    with pytest.raises(BadKey, match="JWT_SERVICE_SECRET_ID"):
        service_keys()


SHORT = "31-bytes-are-one-less-than-32-x"


@pytest.mark.parametrize("value", [SHORT, f"{SHORT},{OLD}", f"{OLD}, {SHORT}", ",", "x"])
def test_a_short_key_is_refused_also_as_one_of_several(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, JWT_SECRET=value, JWT_SERVICE_SECRET=value)
    for keys, name in ((signing_keys, "JWT_SECRET"), (service_keys, "JWT_SERVICE_SECRET")):
        with pytest.raises(
            BadKey, match=rf"^{name} holds a key of \d+ bytes: .*openssl rand -hex 32\)\.$"
        ) as refusal:
            keys()
        assert value not in str(refusal.value) or len(value) == 1


def test_a_key_of_32_bytes_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, JWT_SECRET=SHORT + "y")
    assert signing_keys() == (SHORT + "y",)


def test_a_short_key_in_secrets_manager_is_refused_and_the_keys_from_before_stay_in_use(
    secret: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing_keys()
    secret(SHORT)
    monkeypatch.setattr(module, "KEPT_SECONDS", -1.0)
    assert signing_keys() == (OLD,)
    monkeypatch.setattr(module, "_fetched", {})
    with pytest.raises(BadKey, match="JWT_SECRET_ID"):
        signing_keys()


def test_the_services_keys_are_a_secret_of_their_own(secret: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    secret(OLD)
    arn = boto3.client("secretsmanager").create_secret(Name="services", SecretString=NEW)["ARN"]
    use(monkeypatch, JWT_SECRET_ID=settings().jwt_secret_id, JWT_SERVICE_SECRET_ID=arn)
    assert (signing_keys(), service_keys()) == ((OLD,), (NEW,))
