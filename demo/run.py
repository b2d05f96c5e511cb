"""One run of a scenario: the API, the game server, the terminal, the players, and the problems found."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pong_client import AsyncPong

from demo.event_log import EventLog, EventTimeoutError, Received
from demo.game_server import GameServer
from demo.player import Player
from demo.terminal import Terminal

T = TypeVar("T")

SIGN_UPS_AT_ONCE = 8
GAME_SERVER = "game server"

EVENT_SECONDS = 10.0
"""The longest wait for an event; a sound stack takes a tenth of a second."""


class OnlinePlayer(Player):
    """A player with an open event stream. Scenarios that know more about their players subclass it."""

    stream: EventLog

    async def next(self, code: str, seconds: float = EVENT_SECONDS) -> Received:
        """The next event of this code. EventTimeoutError names the player."""
        try:
            return await self.stream.next(code, timeout=seconds)
        except EventTimeoutError as error:
            raise EventTimeoutError(f"{self}: {error}") from error


P = TypeVar("P", bound=OnlinePlayer)
SignUp = Callable[[AsyncPong], Awaitable[P]]


@dataclass
class Run:
    """What a scenario works with."""

    api: AsyncPong
    game_server: GameServer
    terminal: Terminal
    player_count: int
    pace: float
    """Seconds between the points of a match, so that a person can follow."""
    tournaments: int = 1
    """How many tournaments are played at once."""
    problems: list[str] = field(default_factory=list)

    def say(self, who: object, text: str, note: str = "") -> None:
        """Show one thing that a player or the game server does."""
        self.terminal.say(str(who), text, note)

    def check(self, holds: bool, problem: str) -> None:
        """Note a problem unless it holds. The scenario goes on, the demo fails at the end."""
        if not holds:
            self.problems.append(problem)
            self.terminal.problem(problem)

    @asynccontextmanager
    async def online_players(self, *sign_ups: SignUp[P], quiet: bool = False) -> AsyncIterator[list[P]]:
        """New players, one per sign-up in this order, who are online until the end of the block.

        Sign-ups and events are shown as they happen, unless `quiet`.
        """
        gate = asyncio.Semaphore(SIGN_UPS_AT_ONCE)

        async def sign_up(how: SignUp[P]) -> P:
            async with gate:
                before = time.monotonic()
                player = await how(self.api)
            if not quiet:
                note = f"POST /auth/register/  201, GET /users/me/  200  {ms(time.monotonic() - before)}"
                self.say(player, f"signs up and is user {player.id}", note)
            return player

        async def listen(player: P) -> None:
            before = time.monotonic()
            player.stream = player.connect(watch=lambda event: self._show(player, event, quiet=quiet))
            streams.push_async_callback(player.stream.close)
            await player.stream.open()
            if not quiet:
                note = f"GET /sse/users/  200  {ms(time.monotonic() - before)}"
                self.say(player, "listens for events and is online", note)

        players = await together([sign_up(how) for how in sign_ups])
        async with AsyncExitStack() as streams:
            await together([listen(player) for player in players])
            yield players

    def _show(self, player: Player, event: Received, *, quiet: bool) -> None:
        if event.code == "resync":
            self.check(False, f"{player} was told to resync: events may be missing")
        if not quiet:
            self.say(player, f"◀ {event.code}: {event.message}", f"event {event.id}")


async def together(tasks: Sequence[Awaitable[T]]) -> list[T]:
    """Run all of them at once. The first error ends the others and is raised as it is."""
    running = [asyncio.ensure_future(task) for task in tasks]
    try:
        return list(await asyncio.gather(*running))
    except BaseException:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        raise


def players_of(match: dict[str, Any]) -> list[dict[str, Any]]:
    """The players of a match, side a first."""
    return [player for side in "ab" for player in match["teams"][side]["players"]]


def score_of(match: dict[str, Any]) -> str:
    """The score of a match, side a first."""
    return " : ".join(str(match["teams"][side]["score"]) for side in "ab")


def ms(seconds: float) -> str:
    """Milliseconds for people."""
    return f"{seconds * 1000:.0f} ms"
