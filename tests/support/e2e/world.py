"""Players and a game server of a running stack, and waiting for a state instead of for a time."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar

from pong_client import ApiError, AsyncPong, Retries

from demo.event_log import EventLog
from demo.game_server import GameServer
from demo.player import Player
from infra.local.runner.stack import Stack
from tests.support.answer_check import watch
from tests.support.event_check import check_received

T = TypeVar("T")


class World:
    """One test's view of a running stack."""

    def __init__(self, stack: Stack, api: AsyncPong, server: GameServer, exits: AsyncExitStack) -> None:
        self.stack = stack
        self.api = api
        self.server = server
        self.tls = ssl.create_default_context(cafile=str(stack.ca))
        self._exits = exits

    async def user(self) -> Player:
        """A new registered user."""
        return await Player.register(self.api)

    async def guest(self) -> Player:
        """A new guest."""
        return await Player.guest(self.api)

    async def listen(self, player: Player) -> EventLog:
        """A stream of the player's events, open until the test ends. Then they are held against the document."""
        stream = player.connect()

        def check(failure: type[BaseException] | None, *_: object) -> None:
            for event in stream.events if failure is None else ():
                check_received(event.payload)

        self._exits.push(check)
        return await self._exits.enter_async_context(stream)

    async def match(self, a: Player, b: Player, game_mode: str = "duel") -> dict[str, Any]:
        """A match that the game server creates and both players connect to."""
        match = await self.server.create_match(game_mode, [a.id], [b.id])
        for player in (a, b):
            await self.server.connect(match["id"], player.id)
        return match


@asynccontextmanager
async def world(stack: Stack) -> AsyncIterator[World]:
    """Connections to a stack, closed at the end. All answers have to fit the OpenAPI document."""
    async with AsyncPong(stack.url, ca=stack.ca, retries=Retries(0)) as api, AsyncExitStack() as exits:
        watch(api.http)
        yield World(stack, api, GameServer(api, stack.service_token()), exits)


def in_world(stack: Stack, test: Callable[[World], Coroutine[Any, Any, T]]) -> T:
    """Run an asynchronous test against a stack."""

    async def run() -> T:
        async with world(stack) as here:
            return await test(here)

    return asyncio.run(run())


async def until(description: str, holds: Callable[[], Awaitable[bool]], seconds: float = 20.0) -> None:
    """Wait until something holds; AssertionError with its description after so many seconds."""
    deadline = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < deadline, f"never came true within {seconds:g} s: {description}"
        await asyncio.sleep(0.05)


async def push(call: Callable[[], Awaitable[object]]) -> None:
    """Push an event, again after a 404: no user may be connected between the end of a lease and a reconnection."""

    async def taken() -> bool:
        try:
            await call()
        except ApiError as error:
            if error.status != 404:
                raise
            return False
        return True

    await until("the event is taken", taken)


async def refusal(call: Awaitable[Any]) -> tuple[int, Any]:
    """Status and body of a request that has to fail."""
    try:
        answer = await call
    except ApiError as error:
        return error.status, error.body
    raise AssertionError(f"not refused: {answer}")


async def refusal_code(call: Awaitable[Any]) -> tuple[int, str]:
    """Status and code of a request that has to fail."""
    status, body = await refusal(call)
    return status, body["code"]


async def flush_events(here: World, *streams: tuple[Player, EventLog]) -> None:
    """Wait until everything committed so far has arrived: a last event of these users does."""
    await here.server.notify([player.id for player, _ in streams], "lobby-update", data={"probe": True})
    await asyncio.gather(*(stream.next("lobby-update") for _, stream in streams))
