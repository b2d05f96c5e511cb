"""What every scenario gets: the API, players who announce what they do, the game server, a record."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from demo.player import Api, EventStream, GameServer, Player, Received
from demo.terminal import Terminal

T = TypeVar("T")

SIGN_UPS_AT_ONCE = 8
GAME_SERVER = "game server"


EVENT_SECONDS = 10.0
"""No event is waited for longer than this; a sound stack takes a tenth of a second."""


@dataclass(slots=True)
class Actor:
    """A player who listens; some stories keep more of theirs, in a class of their own."""

    player: Player
    stream: EventStream

    @property
    def name(self) -> str:
        """The player's name."""
        return self.player.username


@dataclass
class Stage:
    """One run of a scenario."""

    api: Api
    game_server: GameServer
    terminal: Terminal
    players: int
    pace: float
    """Seconds between the points of a match, so that a person can follow."""
    tournaments: int = 1
    """How many tournaments are played at once."""
    problems: list[str] = field(default_factory=list)

    def check(self, holds: bool, problem: str) -> None:
        """Note a problem unless it holds; the scenario goes on, the demo fails at the end."""
        if not holds:
            self.problems.append(problem)
            self.terminal.problem(problem)

    @asynccontextmanager
    async def cast(self) -> AsyncIterator[list[Actor]]:
        """How a story begins: as many new players as were asked for sign up, and listen until it ends."""
        players = await self.sign_up()
        async with self.listening(players) as streams:
            yield [Actor(player, streams[player.id]) for player in players]

    async def sign_up(self) -> list[Player]:
        """As many new players as were asked for, each with a name of its own."""
        gate = asyncio.Semaphore(SIGN_UPS_AT_ONCE)

        async def one() -> Player:
            async with gate:
                before = time.monotonic()
                player = await Player.register(self.api)
            note = f"POST /auth/register/  201, GET /users/me/  200  {_ms(time.monotonic() - before)}"
            self.terminal.say(player.username, f"signs up and is user {player.id}", note)
            return player

        return await together([one() for _ in range(self.players)])

    @asynccontextmanager
    async def listening(
        self, players: Sequence[Player], *, quiet: bool = False
    ) -> AsyncIterator[dict[int, EventStream]]:
        """The open event streams of the players, by user id; every event is shown as it arrives, unless `quiet`."""
        async with AsyncExitStack() as streams:

            async def one(player: Player) -> tuple[int, EventStream]:
                before = time.monotonic()
                stream = player.connect(watch=lambda event: self._show(player, event, quiet=quiet))
                streams.push_async_callback(stream.close)
                await stream.open()
                note = f"GET /sse/users/  200  {_ms(time.monotonic() - before)}"
                if not quiet:
                    self.terminal.say(player.username, "listens for events and is online", note)
                return player.id, stream

            yield dict(await together([one(player) for player in players]))

    def _show(self, player: Player, event: Received, *, quiet: bool) -> None:
        if event.code == "resync":
            self.check(False, f"{player.username} was told to resync: events may be missing")
        if not quiet:
            self.terminal.say(player.username, f"◀ {event.code}: {event.message}", f"event {event.id}")


async def together(tasks: Sequence[Awaitable[T]]) -> list[T]:
    """All of them at once; the first error ends the others and is raised as it is."""
    running = [asyncio.ensure_future(task) for task in tasks]
    try:
        return list(await asyncio.gather(*running))
    except BaseException:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        raise


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
