"""The corpus of tests/support/smuggling/ against the whole product, in both local modes."""

from __future__ import annotations

import asyncio
import json
import socket
import uuid
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import pytest

from infra.local.runner.stack import Stack
from infra.local.settings import REGION
from tests.support.e2e.world import World, in_world
from tests.support.smuggling.connection import exchange, statuses, tls
from tests.support.smuggling.corpus import attacks, is_refused
from tests.support.smuggling.http2 import REQUESTS, fields, outcome

LAST = b"GET / HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: *\r\nConnection: close\r\n\r\n"
LAST_STATUS = 304

SERVED = (200, 204, *range(400, 500))
"""Statuses of one request without a token."""


def stream_request(token: str) -> str:
    """Opens a stream."""
    return f"GET /sse/users/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"


def key_request(secret: str) -> str:
    """Puts another signing key into an emulator's Secrets Manager, if it gets there.

    AWS and LocalStack refuse it without a token, which libraries add by themselves.
    """
    key = "a-key-of-the-attackers-0123456789abcdef"
    body = json.dumps({"SecretId": secret, "SecretString": key, "ClientRequestToken": str(uuid.uuid4())})
    return (
        "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: secretsmanager.PutSecretValue\r\n"
        f"Content-Type: application/x-amz-json-1.1\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )


def attacked(stack: Stack, path: str, inner: str) -> dict[str, str]:
    """The attacks that had a wrong outcome, by name."""
    wrong = {}
    for name, attack in attacks(path, inner).items():
        answer = exchange(tls(stack.port, stack.ca), attack, LAST)
        answered = [status for status in statuses(answer) if status != LAST_STATUS]
        allowed = range(400, 500) if is_refused(name) else SERVED
        if len(answered) > 1 or not set(answered) <= set(allowed) or b"text/event-stream" in answer:
            wrong[name] = f"{answered} {answer[-200:]!r}"
    return wrong


def attacked_over_http2(stack: Stack, path: str) -> dict[str, int]:
    """The attacks that had a wrong outcome, by name."""
    found = {name: outcome(stack.port, stack.ca, fields(name, path)) for name in REQUESTS}
    return {name: status for name, status in found.items() if status and status not in SERVED}


@pytest.mark.parametrize("path", ["/api/auth/login/", "/sse/users/"])
def test_no_attack_opens_a_stream_or_is_more_than_one_request(stack: Stack, path: str) -> None:
    async def play(here: World) -> None:
        victim = await here.guest()
        before = await victim.me()
        inner = stream_request(victim.tokens.access)

        assert await asyncio.to_thread(attacked, stack, path, inner) == {}
        assert await asyncio.to_thread(attacked_over_http2, stack, path) == {}

        after = await victim.me()
        assert (after["is_online"], after["last_online"]) == (False, before["last_online"])
        signature = victim.tokens.access.rpartition(".")[2]
        assert [
            log.name for log in stack.state.logs.iterdir() if signature in log.read_text("utf-8", "replace")
        ] == []

    in_world(stack, play)


def secrets_of(stack: Stack) -> Any:
    """A client of the emulator's Secrets Manager."""
    return botocore.session.get_session().create_client(
        "secretsmanager",
        region_name=REGION,
        endpoint_url=stack.engine_url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def test_no_attack_changes_the_signing_key(stack: Stack) -> None:
    if "SecretArn" not in stack.outputs:
        pytest.skip("in the embedded mode the key is in the processes' environment only")
    secret, client = stack.outputs["SecretArn"], secrets_of(stack)
    before = client.get_secret_value(SecretId=secret)["SecretString"]
    # The inner request does what it says when it gets there.
    another = f"another-{uuid.uuid4()}"
    client.create_secret(Name=another, SecretString="unchanged")
    engine = urlsplit(stack.engine_url)
    exchange(
        socket.create_connection((engine.hostname, engine.port), 20), key_request(another).encode(), LAST
    )
    assert client.get_secret_value(SecretId=another)["SecretString"] != "unchanged"

    assert attacked(stack, "/api/health/", key_request(secret)) == {}
    signed = "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/secretsmanager/aws4_request"
    for path in ("/api/", "/api/health/", "/api/auth/login/", "/sse/users/"):
        call = key_request(secret).replace("POST / HTTP/1.1", f"POST {path} HTTP/1.1\r\n{signed}")
        (status, _) = statuses(exchange(tls(stack.port, stack.ca), call.encode(), LAST))
        assert 400 <= status < 500
    assert client.get_secret_value(SecretId=secret)["SecretString"] == before
