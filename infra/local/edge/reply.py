"""The answer to one request, on its way to the client."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from infra.local.edge.gateway import Answer, answer_of
from infra.local.edge.request import Headers, Request
from shared.http import answers
from shared.settings import settings

HSTS_SECONDS = 365 * 24 * 3600

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Reply:
    """Sends an answer, and keeps for the log what it has sent."""

    def __init__(self, send: Send, request: Request, *, kind: str = "http") -> None:
        """`kind`: how ASGI's messages begin, `http` or `websocket.http` for the refusal of a handshake."""
        self._kind = kind
        self.status = 0
        self.size = 0
        """Bytes of the body."""
        self.is_last = request.is_chunked
        """No other request may follow on the connection: its body wasn't read to the end, or had no length."""
        self._is_http1 = request.http_version.startswith("1")
        self._send = send
        self._has_body = request.method != "HEAD"

    async def whole(self, answer: Answer) -> None:
        """Send all of an answer."""
        await self.begin(answer.status, answer.headers)
        body = answer.body if self._has_body else b""
        self.size = len(body)
        await self._send({"type": f"{self._kind}.response.body", "body": body, "more_body": False})

    async def begin(self, status: int, headers: Headers) -> None:
        """Send status and headers."""
        self.status = status
        fields = [*headers, *transport_headers(settings().public_url)]
        if self.is_last and self._is_http1:
            fields.append(("connection", "close"))
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]
        await self._send({"type": f"{self._kind}.response.start", "status": status, "headers": encoded})

    async def more(self, chunk: bytes) -> None:
        """Send a part of the body; waits while the client doesn't read."""
        self.size += len(chunk)
        await self._send({"type": "http.response.body", "body": chunk, "more_body": True})

    async def end(self) -> None:
        """The body ends."""
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def file(self, file: Path, size: int) -> None:
        """Send a file as the body (ASGI's extension http.response.pathsend)."""
        self.size = size
        await self._send({"type": "http.response.pathsend", "path": str(file)})


@cache
def transport_headers(public_url: str) -> Headers:
    """HSTS (RFC 6797), as CloudFront adds it to every answer; none where the product has no host name of its own.

    A browser applies it to the host, whatever the port: for localhost it would break every other project's http.
    """
    host = urlsplit(public_url).hostname or ""
    if host == "localhost" or host.endswith(".localhost") or _is_address(host):
        return []
    return [("strict-transport-security", f"max-age={HSTS_SECONDS}")]


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def failure(request: Request, status: int, code: str, detail: str) -> Answer:
    """An error of the edge itself: something behind it is broken or overloaded."""
    body = json.dumps({"detail": detail, "code": code})
    retry = {"Retry-After": str(answers.RETRY_AFTER_SECONDS)} if status == 503 else {}
    origin = request.header("origin")
    return answer_of(answers.answer(status, body, request_id=request.id, origin=origin, headers=retry))
