"""The corpus of tests/support/smuggling/ against the SSE process itself, as the load balancer reaches it."""

from __future__ import annotations

import asyncio
import socket

import pytest

from shared.auth.tokens import new_token
from tests.support.smuggling.connection import exchange, statuses
from tests.support.smuggling.corpus import attacks
from tests.support.sse.server import in_loop, live_server

LAST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
LAST_STATUS = 200


@in_loop
async def test_no_attack_opens_a_stream_or_is_more_than_one_request(caplog: pytest.LogCaptureFixture) -> None:
    token = new_token("access", 1)
    inner = f"GET /sse/users/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
    wrong = {}
    async with live_server() as live:

        def attacked(attack: bytes) -> bytes:
            return exchange(socket.create_connection(("127.0.0.1", live.port), 3), attack, LAST)

        for name, attack in attacks("/sse/users/", inner).items():
            answer = await asyncio.to_thread(attacked, attack)
            answered = [status for status in statuses(answer) if status != LAST_STATUS]
            if len(answered) > 1 or not all(400 <= status < 500 for status in answered):
                wrong[name] = answered

        assert wrong == {}
        assert live.writes.named("come_online") == []
    assert token.rpartition(".")[2] not in caplog.text
