"""Shared by all players of a run: the stack, the history, chance, the pace, and the end."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from pong_client import AsyncPong, Retries
from pong_client.client import new_http

from faults.history import History

if TYPE_CHECKING:
    from faults.load.player import Player

RETRIES = Retries(times=4, first_wait=0.25, longest_wait=5.0)

attempts: ContextVar[list[int | None] | None] = ContextVar("attempts", default=None)
"""The statuses of the requests of the present operation; None for one without an answer."""


@dataclass
class World:
    """One run. `pace` multiplies the players' pauses."""

    url: str
    ca: Path | None
    service_token: Callable[[], str]
    history: History
    rng: random.Random
    pace: float = 1.0
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    players: list[Player] = field(default_factory=list)
    """Those with a stream open until the end."""
    leaving: set[int] = field(default_factory=set)
    """Users who will delete their accounts."""
    matches: dict[int, asyncio.Event] = field(default_factory=dict)
    """Set when the game server is done with a match."""
    failures: list[str] = field(default_factory=list)
    """Errors of the load itself; any of them fails the run."""
    _clients: list[httpx.AsyncClient] = field(default_factory=list)
    _tag: int = 0

    @property
    def running(self) -> bool:
        """Whether players go on with something new."""
        return not self.stopping.is_set()

    def tag(self, what: str) -> str:
        """A text that no other operation of the run has."""
        self._tag += 1
        return f"{what}-{self._tag:07d}"

    def name(self) -> str:
        """A user name that no other operation of the run has."""
        self._tag += 1
        return f"load{self._tag:07d}"

    def api(self) -> AsyncPong:
        """A client with connections of its own: few players share it, as each connection costs every request time."""
        http = new_http(self.url, self.ca)
        http.event_hooks = {"request": [_sent], "response": [_answered]}
        self._clients.append(http)
        return AsyncPong(self.url, http=http, retries=RETRIES)

    async def pause(self, seconds: float) -> None:
        """A player's pause, of a random length around this one; it ends with the run."""
        try:
            async with asyncio.timeout(self.rng.uniform(0.5, 1.5) * seconds * self.pace):
                await self.stopping.wait()
        except TimeoutError:
            pass

    async def close(self) -> None:
        """Close all connections."""
        for http in self._clients:
            await http.aclose()

    def start(self, group: asyncio.TaskGroup, play: Coroutine[Any, Any, None]) -> None:
        """Run one player's part; its error is noted and doesn't end the others."""
        name = getattr(play, "__qualname__", "a player")

        async def guarded() -> None:
            try:
                await play
            except Exception as error:  # noqa: BLE001 - noted, and the run fails
                self.failures.append(f"{name}: {type(error).__name__} {error}")

        group.create_task(guarded(), name=name)


async def _sent(request: httpx.Request) -> None:
    if (found := attempts.get()) is not None and not request.url.path.endswith("/auth/refresh/"):
        found.append(None)
        request.extensions["faults.attempt"] = len(found) - 1


async def _answered(response: httpx.Response) -> None:
    index = response.request.extensions.get("faults.attempt")
    if (found := attempts.get()) is not None and index is not None:
        found[index] = response.status_code


def now() -> float:
    """The Unix time of the history."""
    return time.time()
