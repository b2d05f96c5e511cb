"""Passes a request on to another server: /sse/ to the SSE process, in the deployed mode /api/ to API Gateway.

aiohttp writes the request and reads the answer. It waits with reading while a client doesn't take what has come.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from urllib.parse import quote, urlsplit

import aiohttp
from yarl import URL

from infra.local.edge.request import Headers, Request

CONNECT_SECONDS = 2.0
READ_BYTES = 16 * 1024
"""aiohttp keeps up to twice as much of an answer."""

RECEIVE_BUFFER_BYTES = 128 * 1024
"""What the system keeps of it; it would let that grow to some MiB."""

PATH_SAFE = "/:@!$&'()*+,;=-._~"
QUERY_SAFE = PATH_SAFE + '?%"<>[]\\^`{|}'
"""A query goes on as it came; quoting it touches only what is no printable ASCII."""

OF_THE_CONNECTION = frozenset(
    ("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade")
)
"""Fields about one connection, not about the message (RFC 9110, 7.6.1)."""

SET_BY_AIOHTTP = frozenset(("host", "content-length", "expect"))

DEFAULTS_OF_AIOHTTP = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class Unreachable(Exception):
    """Nothing listens at that address."""


class NoAnswer(Exception):
    """The other server closed the connection, or kept silent, before it answered."""


def new_session() -> aiohttp.ClientSession:
    """The client for everything that this process passes on. A connection is used once, like the client's stream."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, force_close=True, socket_factory=_bounded_socket),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=DEFAULTS_OF_AIOHTTP,
        auto_decompress=False,
        read_bufsize=READ_BYTES,
        middlewares=(_sent_once,),
    )


def _bounded_socket(address: aiohttp.AddrInfoType) -> socket.socket:
    made = socket.socket(*address[:3])
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
    return made


async def _sent_once(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send a request, and tell what failed in our words.

    aiohttp would send a PUT once more when the connection ends before the answer: a point would count twice.
    """
    try:
        return await send(request)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise Unreachable(str(error)) from error
    except aiohttp.ClientError as error:
        raise NoAnswer(str(error)) from error


@asynccontextmanager
async def forwarded(
    session: aiohttp.ClientSession,
    base: str,
    path: str,
    request: Request,
    body: bytes = b"",
    *,
    seconds: float,
) -> AsyncIterator[aiohttp.ClientResponse]:
    """The answer to a request that is passed on to `base` + `path` (decoded), once its head has come.

    Raises Unreachable, and NoAnswer also when the head doesn't come within so many seconds.
    """
    target = urlsplit(base)
    url = URL.build(
        scheme="http",
        authority=target.netloc,
        path=quote(target.path + path, safe=PATH_SAFE),
        query_string=quote(request.query, safe=QUERY_SAFE),
        encoded=True,
    )
    headers = [field for field in end_to_end(request.headers) if field[0] not in SET_BY_AIOHTTP]
    headers += [("x-forwarded-for", request.client), ("x-request-id", request.id)]
    try:
        async with asyncio.timeout(seconds):
            answer = await session.request(
                request.method, url, headers=headers, data=body or None, allow_redirects=False
            )
    except TimeoutError:
        raise NoAnswer(f"no answer within {seconds:g} s") from None
    try:
        yield answer
    finally:
        answer.close()


def answered_headers(answer: aiohttp.ClientResponse) -> Headers:
    """The header fields of an answer that go on to the client."""
    return end_to_end(
        (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in answer.raw_headers
    )


def end_to_end(headers: Iterable[tuple[str, str]]) -> Headers:
    """The fields that are about the message."""
    fields = list(headers)
    named = {
        name.strip().lower() for field, value in fields if field == "connection" for name in value.split(",")
    }
    return [(name, value) for name, value in fields if name not in OF_THE_CONNECTION and name not in named]
