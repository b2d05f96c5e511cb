"""The edge's ASGI application: page, /api/, /sse/, /assets/ at one address, as CloudFront and API Gateway on AWS."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from infra.local.edge import assets, forwarding, games, page
from infra.local.edge.access_log import AccessLog
from infra.local.edge.api import DeployedApi, EmbeddedApi
from infra.local.edge.assets import Asset
from infra.local.edge.events import Events
from infra.local.edge.games import Games
from infra.local.edge.gateway import Answer, answer_of
from infra.local.edge.reply import Reply, Send, failure
from infra.local.edge.request import BodyStalled, MalformedRequest, Receive, Request, Scope
from shared.domain.errors import DomainError, MethodNotAllowed, NoSuchFile, NoSuchPath, TooLarge
from shared.http import answers
from shared.http.registry import PREFIX


class Edge:
    """The application. `api` is what answers /api/: the handlers in this process, or the URL of a deployed stage.

    `game` is the URL of the game server; empty: none.
    """

    _events: Events
    _games: Games
    _api: EmbeddedApi | DeployedApi

    def __init__(
        self,
        assets_directory: Path,
        api: EmbeddedApi | str,
        access_log: AccessLog,
        stream_seconds: float,
        game: str = "",
        on_first_request: Callable[[], None] | None = None,
    ) -> None:
        self._assets = assets_directory
        self._given_api = api
        self._access_log = access_log
        self._stream_seconds = stream_seconds
        self._game = game
        self._on_first_request = on_first_request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request and log it; or, called once by the server, live from its start to its stop (ASGI)."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if self._on_first_request is not None:
            self._on_first_request()
            self._on_first_request = None
        started = time.perf_counter()
        request = Request.of(scope)
        scope["headers"].clear()
        reply = Reply(send, request, kind="websocket.http" if scope["type"] == "websocket" else "http")
        try:
            if scope["type"] == "websocket":
                await self._connect(request, scope, receive, send, reply)
            else:
                await self._respond(request, receive, reply)
        finally:
            self._access_log.write(request, reply, time.perf_counter() - started)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with forwarding.new_session() as session:
            self._events = Events(session, self._stream_seconds)
            self._games = Games(session, self._game)
            given = self._given_api
            self._api = DeployedApi(session, given) if isinstance(given, str) else given
            await send({"type": "lifespan.startup.complete"})
            await receive()
            self._api.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _connect(
        self, request: Request, scope: Scope, receive: Receive, send: Send, reply: Reply
    ) -> None:
        """A WebSocket; its refusal is an answer like any other."""
        try:
            request.check()
            await self._games.play(request, scope, receive, send, reply)
        except DomainError as problem:
            await reply.whole(_error(request, problem))
        except MalformedRequest:
            await reply.whole(failure(request, 400, "malformed_request", "The request is malformed."))

    async def _respond(self, request: Request, receive: Receive, reply: Reply) -> None:
        try:
            request.check()
            path = request.path()
            if path.startswith("/sse/"):
                await self._events.stream(request, path, receive, reply)
            elif path.startswith(assets.PREFIX):
                await _file(request, assets.find(self._assets, path), reply)
            elif page.has(path):
                await _file(request, page.find(path), reply)
            elif f"{path}/".startswith(PREFIX + "/"):
                await reply.whole(await self._api.call(request, path.removeprefix(PREFIX) or "/", receive))
            elif path.startswith(games.PREFIX) and not self._game:
                raise NoSuchPath(games.NO_GAME_SERVER)
            else:
                raise NoSuchPath
        except DomainError as problem:
            reply.is_last |= isinstance(problem, TooLarge)
            await reply.whole(_error(request, problem))
        except MalformedRequest:
            reply.is_last = True
            await reply.whole(failure(request, 400, "malformed_request", "The request is malformed."))
        except BodyStalled:
            reply.is_last = True
            await reply.whole(failure(request, 408, "request_timeout", "The body did not come in time."))


async def _file(request: Request, asset: Asset | None, reply: Reply) -> None:
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(request.method, ("GET", "HEAD"))
    if asset is None:
        raise NoSuchFile
    headers = [*asset.headers, ("x-request-id", request.id)]
    if asset.is_held(request.header("if-none-match") or ""):
        await reply.whole(Answer(304, headers, b""))
    elif request.method == "HEAD":
        await reply.whole(Answer(200, headers, b""))
    else:
        await reply.begin(200, headers)
        await reply.file(asset.file, asset.size)


def _error(request: Request, problem: DomainError) -> Answer:
    origin = request.header("origin")
    return answer_of(answers.error_answer(problem, request_id=request.id, origin=origin))
