"""/sse/: streams of the SSE process, piece by piece and without buffering.

One idle stream costs two sockets, a parser and two tasks here: thousands of them are normal.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import aiohttp

from infra.local.edge import forwarding
from infra.local.edge.reply import Reply, failure
from infra.local.edge.request import Headers, Receive, Request, disconnected
from shared.http.answers import cors_headers
from shared.settings import settings

HEAD_SECONDS = 10.0
"""The SSE process has to answer within this time; then the stream stays open."""


class Events:
    """Passes streams through."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._base = f"http://{settings().sse_host}:{settings().sse_port}"

    async def stream(self, request: Request, path: str, receive: Receive, reply: Reply) -> None:
        """Answer with what the SSE process answers, until it or the client ends."""
        try:
            async with forwarding.forwarded(
                self._session, self._base, path, request, seconds=HEAD_SECONDS
            ) as answer:
                headers = forwarding.answered_headers(answer)
                headers += _missing(request, {name for name, _ in headers})
                await reply.begin(answer.status, headers)
                # They hold the token, and would live as long as the stream.
                request.headers.clear()
                await _copy(answer, receive, reply)
        except forwarding.Unreachable:
            await reply.whole(failure(request, 503, "unavailable", "The event stream is not available now."))
        except forwarding.NoAnswer:
            await reply.whole(
                failure(request, 502, "bad_gateway", "The event stream ended before it answered.")
            )


def _missing(request: Request, names: set[str]) -> Headers:
    """The headers of every answer that this one doesn't have."""
    missing = [] if "x-request-id" in names else [("x-request-id", request.id)]
    if "vary" not in names:
        cors = cors_headers(request.header("origin"))
        missing += [(name.lower(), value) for name, value in cors.items()]
    return missing


async def _copy(answer: aiohttp.ClientResponse, receive: Receive, reply: Reply) -> None:
    leaving = asyncio.ensure_future(disconnected(receive))
    leaving.add_done_callback(lambda _: answer.close())
    # The SSE process may cut the stream, or the client go. Either way it ends here, and a client resumes.
    with suppress(aiohttp.ClientError):
        while chunk := await answer.content.readany():
            await reply.more(chunk)
    leaving.cancel()
    await reply.end()
