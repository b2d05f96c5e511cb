"""One request as it arrived: its parts, checked and decoded, and its body."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes
from uuid import uuid4

from shared.domain.errors import NoSuchPath, TooLarge
from shared.http.limits import MAX_BODY_BYTES, check_uri

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Headers = list[tuple[str, str]]

BODY_SECONDS = 10.0
"""A body of 64 KiB has to arrive within this time."""


class BodyStalled(Exception):
    """The body didn't arrive in time."""


class MalformedRequest(Exception):
    """The request contradicts itself, or its body is broken or ended early."""


AT_MOST_ONCE = ("host", "authorization", "content-length")
"""Of two such fields one program takes the first, another one the last."""


@dataclass(frozen=True, slots=True)
class Request:
    """All of a request but its body."""

    method: str
    raw_path: str
    """Percent-encoded, as the client sent it."""
    query: str
    headers: Headers
    """In the order of arrival; names in lower case."""
    client: str
    """The address that the connection comes from."""
    http_version: str
    """1, 1.1 or 2."""
    id: str = field(default_factory=lambda: str(uuid4()))
    received_at: float = field(default_factory=time.time)
    """Seconds since the epoch."""

    @classmethod
    def of(cls, scope: Scope) -> Request:
        """The request of an ASGI scope."""
        return cls(
            method=scope.get("method", "GET"),  # a WebSocket has none
            raw_path=scope["raw_path"].decode("latin-1"),
            query=scope["query_string"].decode("utf-8", "replace"),
            headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
            client=scope["client"][0],
            http_version=scope["http_version"],
        )

    def header(self, name: str) -> str | None:
        """The last value of a header."""
        return next((value for found, value in reversed(self.headers) if found == name), None)

    def check(self) -> None:
        """Raise MalformedRequest for a field that must not be missing or repeated (RFC 9112, 3.2 and 6.3)."""
        names = [name for name, _ in self.headers]
        if any(names.count(name) > 1 for name in AT_MOST_ONCE):
            raise MalformedRequest
        if self.http_version == "1.1" and "host" not in names:
            raise MalformedRequest

    def path(self) -> str:
        """The decoded path, in which every slash separates two segments.

        Raises UriTooLong, and NoSuchPath for what is in no path of ours: a space, a control character, a backslash,
        an encoded slash, a step upwards, bytes that are no UTF-8. Nothing behind the edge has to tell them apart from
        its own syntax.
        """
        check_uri(self.raw_path, self.query)
        if "%" not in self.raw_path and self.raw_path.isascii():
            segments = self.raw_path.split("/")
        else:
            try:
                parts = self.raw_path.encode("latin-1").split(b"/")
                segments = [unquote_to_bytes(part).decode() for part in parts]
            except UnicodeDecodeError:
                raise NoSuchPath from None
        if not all(_is_harmless(segment) for segment in segments):
            raise NoSuchPath
        return "/".join(segments)

    async def body(self, receive: Receive) -> bytes:
        """The body. Raises TooLarge as soon as that is known, BodyStalled and MalformedRequest."""
        announced = self.header("content-length") or ""
        if announced.isdigit() and int(announced) > MAX_BODY_BYTES:
            raise TooLarge
        if announced == "0" or (self.http_version != "2" and not announced and not self.is_chunked):
            return b""
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await _read(receive)
        except TimeoutError:
            raise BodyStalled from None

    @property
    def is_chunked(self) -> bool:
        """Whether the body comes in chunks (HTTP/1.1)."""
        return self.header("transfer-encoding") is not None


def _is_harmless(segment: str) -> bool:
    return segment.isprintable() and not set(" /\\") & set(segment) and segment not in (".", "..")


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            # The client has gone, or its chunks are malformed: the server in front of us doesn't say which.
            raise MalformedRequest
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            raise TooLarge
        if not message.get("more_body"):
            return bytes(body)


async def disconnected(receive: Receive) -> None:
    """Wait until the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
