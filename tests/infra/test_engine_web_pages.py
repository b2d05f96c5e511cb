"""Programs of this machine reach the engine, web pages don't."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.support.engine import Account, Engine

TARGET = {"X-Amz-Target": "secretsmanager.PutSecretValue", "Content-Type": "application/x-amz-json-1.1"}
STOLEN = '{"SecretId": "key", "SecretString": "of-the-page"}'
EXPORT = f"1/{'0a' * 16}.json"

PAGE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}


@pytest.fixture
def account(engine: Engine) -> Account:
    """An account with a secret and a large download."""
    made = engine.account()
    made.client("secretsmanager").create_secret(Name="key", SecretString="ours")
    made.client("s3").create_bucket(
        Bucket=f"exports-{made.id}", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
    )
    made.client("s3").put_object(Bucket=f"exports-{made.id}", Key=EXPORT, Body=b"{}")
    return made


@pytest.fixture
def http(account: Account) -> Iterator[httpx.Client]:
    """A client that signs as the account does, as far as this engine looks at it."""
    credential = f"Credential={account.id}/20260101/eu-west-3/secretsmanager/aws4_request"
    signed = {"Authorization": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0"}
    with httpx.Client(base_url=account.url, headers=signed, timeout=20, trust_env=False) as made:
        yield made


def secret(account: Account) -> str:
    return str(account.client("secretsmanager").get_secret_value(SecretId="key")["SecretString"])


def test_a_program_of_this_machine_may_do_anything(account: Account, http: httpx.Client) -> None:
    assert http.post("/", headers=TARGET, content=STOLEN).status_code == 200
    assert secret(account) == "of-the-page"


@pytest.mark.parametrize(
    "fields",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8080"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Mode": "navigate"},
        {"Sec-Fetch-Dest": "image"},
        {"Host": "evil.example"},
        {"Host": "evil.example:4566"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost@evil.example"},
        {"Host": ""},
    ],
)
def test_a_request_of_a_web_page_is_refused(
    account: Account, http: httpx.Client, fields: dict[str, str]
) -> None:
    answer = http.post("/", headers={**TARGET, **fields}, content=STOLEN)

    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
    assert secret(account) == "ours"


def test_a_web_page_gets_no_leave_to_ask(http: httpx.Client) -> None:
    asked = {
        **PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-amz-target",
    }

    answer = http.options("/", headers=asked)

    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_a_web_page_reaches_a_deployed_api(http: httpx.Client) -> None:
    answer = http.get("/_aws/execute-api/0123456789/api/health/", headers=PAGE)

    assert "web pages" not in answer.text
    assert answer.status_code in (403, 404)  # there is no such API here


def test_a_web_page_reads_a_download_by_its_signed_url(account: Account) -> None:
    url = account.client("s3").generate_presigned_url(
        "get_object", Params={"Bucket": f"exports-{account.id}", "Key": EXPORT}
    )

    answer = httpx.get(url, headers=PAGE, trust_env=False)

    assert (answer.status_code, answer.text) == (200, "{}")


@pytest.mark.parametrize(
    "target",
    [
        f"/exports/{EXPORT}",
        "/exports?X-Amz-Credential=1/2/3/s3/aws4_request",
        "/?X-Amz-Credential=1/2/3/s3/aws4_request",
        f"/exports/{EXPORT}?X-Amz-Credential=1/2/3/secretsmanager/aws4_request",
        f"/exports/{EXPORT}?X-Amz-Credential=1/2/3/s3/aws4_request&Action=GetSecretValue",
        "/_ministack/health",
        "/_aws/other/",
    ],
)
def test_a_web_page_reads_nothing_else(http: httpx.Client, target: str) -> None:
    assert http.get(target, headers=PAGE).status_code == 403
