"""What the edge passes on of the SSE process, piece by piece."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from infra.local.edge import forwarding
from infra.local.edge.events import Events
from infra.local.edge.reply import Reply
from infra.local.edge.request import Request
from shared.settings import settings

SCOPE: dict[str, Any] = {
    "method": "POST",
    "raw_path": b"/sse/users/",
    "query_string": b"",
    "headers": [(b"host", b"localhost")],
    "client": ("127.0.0.1", 1),
    "http_version": "1.1",
}


async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An SSE process that refuses; the body comes after the head."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 2\r\n\r\n")
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.write(b"{}")
    writer.close()


def test_a_refusal_reaches_a_client_whose_own_body_broke_off(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def broken_off() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def play() -> None:
        server = await asyncio.start_server(refuse, "127.0.0.1", 0)
        monkeypatch.setenv("SSE_PORT", str(server.sockets[0].getsockname()[1]))
        settings.cache_clear()
        request = Request.of(SCOPE)
        async with server, forwarding.new_session() as session:
            await Events(session, 5.0).stream(request, "/sse/users/", broken_off, Reply(send, request))

    try:
        asyncio.run(play())
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert [message.get("status", message.get("body")) for message in sent] == [405, b"{}"]
