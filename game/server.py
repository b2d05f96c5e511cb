"""The WebSocket's side: handshakes, tickets, what clients send."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from contextlib import AbstractAsyncContextManager, suppress
from http import HTTPStatus
from math import inf
from urllib.parse import parse_qs, urlsplit

from pong_client import ApiError, AsyncPongService, SignedOutError, UnreachableError
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from game.allowance import Allowance
from game.clock import Clock
from game.house import House, Refused
from game.messages import LARGEST, LARGEST_ASK, Aim, NoMessage, decoded, encoded, token_of
from game.room import HOUSE_PADDLE, Room
from game.rooms import Rooms
from game.settings import Settings

log = logging.getLogger("game.server")

SUBPROTOCOL = Subprotocol("pong.1")
TICKET_HEADER = "x-match-ticket"
"""A proxy may take the ticket out of the address, so that no log has it."""
PATH = re.compile(r"/ws/game/([0-9]{1,20})/?", re.ASCII)
HOUSE_PATH = re.compile(r"/ws/game/house/?", re.ASCII)
HEALTH_PATH = "/healthz"

OPEN_SECONDS = 5.0
CLOSE_SECONDS = 1.0
SILENT_SECONDS = 8.0
"""A client pings every 2 seconds; one that is silent for so long is gone."""
SWEEP_SECONDS = 1.0

TRY_AGAIN = 1013
REPLACED = 4001
REFUSED = 4403
SILENT = 4408
REFUSALS = {
    "ticket_not_valid": REFUSED,
    "match_not_found": 4404,
    "match_finished": 4409,
    "sse_connection_required": REFUSED,
    "already_playing": 4409,
    "in_tournament": 4409,
}


class GameServer:
    """Lets clients in and hears them."""

    def __init__(
        self, api: AsyncPongService, rooms: Rooms, clock: Clock, settings: Settings, ready: asyncio.Event
    ) -> None:
        """`ready`: the API can be asked."""
        self._api = api
        self._ready = ready
        self._rooms = rooms
        self._clock = clock
        self._settings = settings
        self._house = House(api, settings, rooms)
        self._heard: dict[ServerConnection, float] = {}
        """When each client was heard last."""

    def listen(self) -> AbstractAsyncContextManager[Server]:
        """The server, to be entered. Without compression, which costs 64 KiB and more per connection."""
        return serve(
            self._play,
            self._settings.game_host,
            self._settings.game_port,
            process_request=self._check,
            subprotocols=[SUBPROTOCOL],
            compression=None,
            server_header=None,
            open_timeout=OPEN_SECONDS,
            close_timeout=CLOSE_SECONDS,
            ping_interval=None,
            max_size=LARGEST_ASK,
            max_queue=(4, 1),
        )

    async def sweep(self) -> None:
        """Close the connections of silent clients, for ever."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            oldest = time.monotonic() - SILENT_SECONDS
            silent = [connection for connection, heard in self._heard.items() if heard < oldest]
            await asyncio.gather(*(connection.close(SILENT) for connection in silent))

    # ── handshake ────────────────────────────────────────────────────────────────────────────────────────

    def _check(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse what is no request for a game; answer the health check."""
        path = urlsplit(request.path).path
        if path == HEALTH_PATH:
            return connection.respond(HTTPStatus.OK, self._health())
        if not (PATH.fullmatch(path) or (HOUSE_PATH.fullmatch(path) and self._house.is_open)):
            return connection.respond(HTTPStatus.NOT_FOUND, "There is no game here.\n")
        offered = [
            name.strip()
            for value in request.headers.get_all("Sec-WebSocket-Protocol")
            for name in value.split(",")
        ]
        if SUBPROTOCOL not in offered:
            return connection.respond(HTTPStatus.BAD_REQUEST, f"Ask for the subprotocol {SUBPROTOCOL}.\n")
        if len(self._heard) >= self._settings.game_connections:
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "Too many connections.\n")
        return None

    def _health(self) -> str:
        clock, rooms = self._clock, self._rooms
        connections = [connection for room in rooms.by_code.values() for connection in room.connections]
        facts = {
            "status": "ok",
            "matches": len(rooms.by_code),
            "begun": len(rooms.begun),
            "connections": len(connections),
            "house_accounts": len(self._house.accounts),
            "steps": clock.steps,
            "skipped_steps": clock.skipped,
            "late_steps": {str(limit): clock.late[limit] for limit in sorted(clock.late)},
        }
        return json.dumps(facts) + "\n"

    # ── one client ───────────────────────────────────────────────────────────────────────────────────────

    async def _play(self, connection: ServerConnection) -> None:
        self._heard[connection] = time.monotonic()
        path = urlsplit(connection.request.path).path if connection.request else ""
        try:
            await (self._ask_house if HOUSE_PATH.fullmatch(path) else self._let_in)(connection)
        except SignedOutError:
            raise
        except (ApiError, Refused) as refusal:
            await self._refuse(connection, refusal)
        except UnreachableError:
            await connection.close(TRY_AGAIN)
        finally:
            del self._heard[connection]

    async def _let_in(self, connection: ServerConnection) -> None:
        assert connection.request is not None  # noqa: S101 - there is one after the handshake
        room, paddle = await self._admitted(*_code_and_ticket(connection.request))
        if paddle is None and len(room.spectators) >= self._settings.game_spectators:
            await connection.close(TRY_AGAIN, "too many spectators")
            return
        older = room.join(connection, paddle)
        if paddle is not None:
            self._rooms.begin(room)
        try:
            if older is not None:
                await older.close(REPLACED)
            with suppress(ConnectionClosed):
                await self._hear(connection, room, paddle)
        finally:
            room.leave(connection, paddle)

    async def _admitted(self, code: str, ticket: str) -> tuple[Room, int | None]:
        """The room, and the paddle of a player. Raises what the API refuses with."""
        room = self._rooms.by_code.get(code)
        if room is not None and ticket in room.admitted:
            return room, room.admitted[ticket]
        await self._ready.wait()
        admission = await self._api.check_ticket(ticket=ticket, code=code)
        match = admission["match"]
        if admission["role"] == "player":
            await self._api.connect_player(match["id"], admission["user"]["id"])
        room = self._rooms.open(match)
        if admission["role"] != "player":
            return room, None
        if room.house is not None and not room.is_begun:
            await self._api.connect_player(match["id"], room.players[HOUSE_PADDLE].id)
        paddle = room.paddle_of(admission["user"]["id"])
        assert paddle is not None  # noqa: S101 - the API says that the user plays in this match
        room.admitted[ticket] = paddle
        return room, paddle

    async def _ask_house(self, connection: ServerConnection) -> None:
        """One message with an access token asks for a match against the house; the close code is the answer."""
        try:
            token = token_of(str(await connection.recv()))
        except ConnectionClosed:
            return
        except NoMessage:
            await connection.close(1008, "no message of pong.1")
            return
        self._heard[connection] = inf  # it is the API that is waited for
        await self._ready.wait()
        await self._house.play(token)
        await connection.close(1000)

    async def _refuse(self, connection: ServerConnection, refusal: ApiError | Refused) -> None:
        code = refusal.code or ""
        is_final = isinstance(refusal, ApiError) and refusal.status < 429
        await connection.close(REFUSALS.get(code, REFUSED if is_final else TRY_AGAIN), code)

    async def _hear(self, connection: ServerConnection, room: Room, paddle: int | None) -> None:
        """Take what a client sends, until it is gone."""
        allowance = Allowance()
        async for text in connection:
            self._heard[connection] = now = time.monotonic()
            try:
                if not isinstance(text, str):
                    await connection.close(1003)
                    return
                if len(text) > LARGEST:
                    await connection.close(1009)
                    return
                message = decoded(text)
            except NoMessage:
                await connection.close(1008, "no message of pong.1")
                return
            if not allowance.takes(now):
                await connection.close(1008, "too many messages")
                return
            if not isinstance(message, Aim):
                await connection.send(encoded(("pong", message.n, room.match.field.step)))
            elif paddle is not None and room.seated.get(paddle) is connection:
                room.match.aim(paddle, message.y)


def _code_and_ticket(request: Request) -> tuple[str, str]:
    """What a client's request is about: a match's code and a ticket, which is empty if there is none."""
    address = urlsplit(request.path)
    given = [*request.headers.get_all(TICKET_HEADER), *parse_qs(address.query).get("ticket", ())]
    return address.path.removeprefix("/ws/game/").strip("/"), given[0] if given else ""
