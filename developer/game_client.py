"""A player or spectator at the game's WebSocket (docs/game-protocol.md): comes back when the connection is lost."""

from __future__ import annotations

import asyncio
import json
import random
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from developer.errors import ToolError

PING_SECONDS = 2.0
FIRST_WAIT = 0.25
LONGEST_WAIT = 2.0
MOST_TRIES = 12

COME_BACK = frozenset((1001, 1006, 1011, 1012, 1013, 4408))
"""The close codes after which a client tries again."""

Message = list[Any]
Player = Callable[[Message], int | None]
"""Sees each message; the height that the paddle is to go to, if that changes."""


class GameRefusedError(ToolError):
    """The game server doesn't let the client in, or back in."""


def watch_only(_: Message) -> None:
    """A spectator."""


async def play(url: str, tls: ssl.SSLContext | None, player: Player = watch_only) -> Message:
    """Play or watch to the end of the match; its `end` message. Raises GameRefusedError."""
    tries = 0
    while tries < MOST_TRIES:
        try:
            async with connect(
                url,
                ssl=tls if url.startswith("wss:") else None,
                subprotocols=[Subprotocol("pong.1")],
                compression=None,
                proxy=None,
                ping_interval=None,
            ) as socket:
                tries = 0
                return await _until_end(socket, player)
        except InvalidHandshake as refusal:
            raise GameRefusedError(f"No game server plays the match: {refusal}. Is GAME=off?") from None
        except (ConnectionClosed, OSError) as lost:
            code = lost.rcvd.code if isinstance(lost, ConnectionClosed) and lost.rcvd else 1006
            if code not in COME_BACK:
                raise GameRefusedError(f"The game server closed the connection with {code}.") from None
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2**tries)
        await asyncio.sleep(wait + random.uniform(0, wait))
        tries += 1
    raise GameRefusedError("The game server can't be reached.")


async def _until_end(socket: ClientConnection, player: Player) -> Message:
    pinging = asyncio.create_task(_ping(socket))
    try:
        while True:
            message: Message = json.loads(await socket.recv())
            aim = player(message)
            if aim is not None:
                await socket.send(json.dumps(["aim", aim]))
            if message[0] == "end":
                return message
    finally:
        pinging.cancel()


async def _ping(socket: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        while True:
            await asyncio.sleep(PING_SECONDS)
            await socket.send('["ping",0]')
