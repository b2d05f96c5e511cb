"""/sse/: streams of the SSE process, piece by piece and without buffering.

One idle stream costs two sockets, a parser and two tasks here: thousands of them are normal.

A browser's EventSource connects again when a connection breaks, and gives up for good at an answer that is no stream
(HTML standard, 9.2.3). So a request waits while the SSE process restarts; after that its answer breaks off.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp

from infra.local.edge import forwarding
from infra.local.edge.gateway import Answer
from infra.local.edge.reply import Reply, failure
from infra.local.edge.request import Headers, Receive, Request, disconnected
from shared.http.answers import RETRY_AFTER_SECONDS, common_headers, cors_headers
from shared.settings import settings

PROBE_SECONDS = 0.1
"""The time between two looks whether the SSE process is back."""

MEDIA_TYPE = "text/event-stream"

BROKEN_STREAM = b"retry: 1000\n\n"
"""What a browser gets of a stream that can't be had: when to try again, in milliseconds."""


class NoStream(Exception):
    """The SSE process doesn't answer in time."""


class Events:
    """Passes streams through. The SSE process has to answer within so many seconds, a restart included."""

    def __init__(self, session: aiohttp.ClientSession, seconds: float) -> None:
        self._session = session
        self._seconds = seconds
        self._host, self._port = settings().sse_host, settings().sse_port
        self._return: asyncio.Future[None] | None = None

    async def stream(self, request: Request, path: str, receive: Receive, reply: Reply) -> None:
        """Answer with what the SSE process answers, until it or the client ends."""
        leaving = asyncio.ensure_future(disconnected(receive))
        try:
            async with self._answered(request, path, leaving) as answer:
                headers = forwarding.answered_headers(answer)
                headers += _missing(request, {name for name, _ in headers})
                if answer.status != 200:
                    await reply.whole(Answer(answer.status, headers, await _body(answer)))
                    return
                await reply.begin(answer.status, headers)
                # They hold the token, and would live as long as the stream.
                request.headers.clear()
                await _copy(answer, leaving, reply)
        except NoStream:
            if MEDIA_TYPE in (request.header("accept") or ""):
                await _break_off(request, reply)
            else:
                sentence = "The event stream is not available now."
                await reply.whole(failure(request, 503, "unavailable", sentence))
        finally:
            leaving.cancel()

    @asynccontextmanager
    async def _answered(
        self, request: Request, path: str, leaving: asyncio.Future[None]
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer of the SSE process, once it is another one than 503. Raises NoStream."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._seconds
        base = f"http://{self._host}:{self._port}"
        chance: asyncio.Future[None]
        while True:
            seconds = max(0.0, deadline - loop.time())
            try:
                async with forwarding.forwarded(
                    self._session, base, path, request, seconds=seconds
                ) as answer:
                    if answer.status != 503:
                        yield answer
                        return
                chance = asyncio.ensure_future(asyncio.sleep(RETRY_AFTER_SECONDS))
            except (forwarding.Unreachable, forwarding.NoAnswer):
                chance = self._returning()
            seconds = max(0.0, deadline - loop.time())
            await asyncio.wait({chance, leaving}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if leaving.done() or not chance.done():
                raise NoStream

    def _returning(self) -> asyncio.Future[None]:
        """Done when the SSE process takes connections; one for all requests that wait."""
        if self._return is None or self._return.done():
            self._return = asyncio.ensure_future(self._probe())
        return self._return

    async def _probe(self) -> None:
        while True:
            await asyncio.sleep(PROBE_SECONDS)
            with suppress(OSError):
                _, writer = await asyncio.open_connection(self._host, self._port)
                writer.close()
                return


def _missing(request: Request, names: set[str]) -> Headers:
    """The headers of every answer that this one doesn't have."""
    missing = [] if "x-request-id" in names else [("x-request-id", request.id)]
    if "vary" not in names:
        cors = cors_headers(request.header("origin"))
        missing += [(name.lower(), value) for name, value in cors.items()]
    return missing


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    """The whole body of an answer that is no stream, also for a client whose own body broke off. Raises NoStream."""
    try:
        return await answer.read()
    except aiohttp.ClientError as error:
        raise NoStream from error


async def _copy(answer: aiohttp.ClientResponse, leaving: asyncio.Future[None], reply: Reply) -> None:
    leaving.add_done_callback(lambda _: answer.close())
    try:
        while chunk := await answer.content.readany():
            await reply.more(chunk)
    except aiohttp.ClientError:
        # The client has gone, or the SSE process. An answer without its end tells a client that the stream broke.
        return
    await reply.end()


async def _break_off(request: Request, reply: Reply) -> None:
    """Begin a stream, and don't end it: the server breaks the connection (HTTP/2: the stream) when we return."""
    common = common_headers(request.id, request.header("origin"))
    headers = [(name.lower(), value) for name, value in common.items()]
    await reply.begin(200, [("content-type", MEDIA_TYPE), *headers])
    await reply.more(BROKEN_STREAM)
