"""/ws/game/: the WebSockets of players and spectators, passed on to the game server message by message.

A page can't read the status of a refused handshake. So a game server that can't be reached closes an open connection,
by a code that says: try again. docs/game-protocol.md#close-codes
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
from yarl import URL

from infra.local.edge import forwarding
from infra.local.edge.reply import Reply, Send, failure
from infra.local.edge.request import Receive, Request, Scope
from shared.domain.errors import NoSuchPath
from shared.settings import settings

PREFIX = "/ws/game/"

LARGEST_MESSAGE = 4 * 1024
"""From a client, in bytes. The game server has a limit of its own, and sends nothing that is larger."""

HANDSHAKE_SECONDS = 5.0

SWITCHING_PROTOCOLS = 101

TOO_LARGE = 1009
SERVICE_RESTART = 1012
TRY_AGAIN = 1013
MAY_BE_SENT = frozenset((1000, 1001, 1002, 1003, *range(1007, 1015), *range(3000, 5000)))
"""RFC 6455, 7.4: the other codes say something about a connection, and are never in a message."""

Close = Mapping[str, Any]
"""A code, and perhaps a reason."""

NO_GAME_SERVER = "No game server is here: GAME_URL says where one is (docs/guides/game-server.md)."


class Games:
    """Passes WebSockets through. `url`: the game server's; empty: there is none."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def play(self, request: Request, scope: Scope, receive: Receive, send: Send, reply: Reply) -> None:
        """Connect a client with the game server, until one of them ends. Raises NoSuchPath, and what a path does."""
        path = request.path()
        if not path.startswith(PREFIX):
            raise NoSuchPath
        if not self._url:
            raise NoSuchPath(NO_GAME_SERVER)
        origin = request.header("origin")
        if origin is not None and not (settings().allows_origin(origin) or origin == own_origin()):
            await reply.whole(failure(request, 403, "origin_not_allowed", "This origin may not play."))
            return
        await receive()
        protocols = tuple(scope["subprotocols"])
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                game = await self._connected(request, path, protocols)
        except aiohttp.WSServerHandshakeError as refusal:
            await reply.whole(
                failure(request, refusal.status, "handshake_refused", "The game server refuses it.")
            )
            return
        except (TimeoutError, aiohttp.ClientError, forwarding.Unreachable, forwarding.NoAnswer):
            await send({"type": "websocket.accept", "subprotocol": protocols[0] if protocols else None})
            await send({"type": "websocket.close", "code": TRY_AGAIN})
            return
        try:
            reply.status = SWITCHING_PROTOCOLS
            await send({"type": "websocket.accept", "subprotocol": game.protocol})
            await _pass_on(game, receive, send, reply)
        finally:
            await game.close()

    async def _connected(
        self, request: Request, path: str, protocols: tuple[str, ...]
    ) -> aiohttp.ClientWebSocketResponse:
        url = URL.build(
            scheme="http",
            authority=urlsplit(self._url).netloc,
            path=quote(path, safe=forwarding.PATH_SAFE),
            query_string=quote(request.query, safe=forwarding.QUERY_SAFE),
            encoded=True,
        )
        return await self._session.ws_connect(
            url,
            protocols=protocols,
            headers={"x-forwarded-for": request.client, "x-request-id": request.id},
            max_msg_size=forwarding.READ_BYTES,
        )


def own_origin() -> str:
    """The origin of pages that this edge serves."""
    public = urlsplit(settings().public_url)
    return f"{public.scheme}://{public.netloc}"


async def _pass_on(game: aiohttp.ClientWebSocketResponse, receive: Receive, send: Send, reply: Reply) -> None:
    """Both ways at once; the first end ends the other.

    Granian closes a connection only when no task waits to receive from it.
    """
    down = asyncio.ensure_future(_to_client(game, send, reply))
    up = asyncio.ensure_future(_to_game(game, receive))
    try:
        await asyncio.wait((down, up), return_when=asyncio.FIRST_COMPLETED)
        close = up.result() if up.done() else down.result()
    finally:
        for task in (down, up):
            task.cancel()
        await asyncio.gather(down, up, return_exceptions=True)
    if close is not None:
        await send({"type": "websocket.close", **close})


async def _to_client(game: aiohttp.ClientWebSocketResponse, send: Send, reply: Reply) -> Close:
    """How the game server has closed."""
    reason = ""
    while True:
        message = await game.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            reply.size += len(message.data)
            await send({"type": "websocket.send", "text": message.data})
        elif message.type is aiohttp.WSMsgType.BINARY:
            reply.size += len(message.data)
            await send({"type": "websocket.send", "bytes": message.data})
        else:
            if message.type is aiohttp.WSMsgType.CLOSE:
                reason = message.extra or ""
            code = game.close_code
            return {"code": code if code in MAY_BE_SENT else SERVICE_RESTART, "reason": reason}


async def _to_game(game: aiohttp.ClientWebSocketResponse, receive: Receive) -> Close | None:
    """How to close the client's connection; None if it has gone."""
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return None
        text, data = message.get("text"), message.get("bytes")
        if len(text if text is not None else data or b"") > LARGEST_MESSAGE:
            return {"code": TOO_LARGE}
        try:
            if text is not None:
                await game.send_str(text)
            else:
                await game.send_bytes(data or b"")
        except ConnectionError:
            # The other way ends by itself, with the game server's code.
            await asyncio.Event().wait()
