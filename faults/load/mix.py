"""All chapters at once: how many players of each kind take part, and the run of all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from faults.load import accounts, announcements, chat, friends, lobbies, matches, places, tournaments
from faults.load.node_players import NodePlayers, is_there, node_players
from faults.load.player import GameServer
from faults.load.world import World

DRAIN_SECONDS = 40.0
"""In which the players end what they have begun; then it is cut."""


@dataclass(frozen=True, slots=True)
class Mix:
    """How many of each."""

    chats: int = 3
    busy_chats: int = 1
    """Conversations with 24 writers."""
    friends: int = 3
    accounts: int = 2
    duelists: int = 6
    ranked: int = 4
    restless: int = 2
    """Players who ask for several places at once."""
    customs: int = 2
    clashes: int = 1
    tournaments: tuple[int, ...] = (4, 8, 16)
    halls: int = 1
    """Tournaments that don't start, in which twelve talk."""
    announcers: int = 2
    node: int = 6
    streams: int = 4
    """Of each player in lobbies and tournaments: all of them get every event."""


WHOLE = Mix()
SMALL = Mix(
    chats=1, busy_chats=0, friends=1, accounts=1, duelists=2, ranked=0, restless=1, customs=1, clashes=0,
    tournaments=(4,), halls=0, announcers=1, node=0, streams=2,
)  # fmt: skip


class Players:
    """The players of a run, from `start` to `end`."""

    def __init__(self, world: World, mix: Mix, seed: int) -> None:
        self.world = world
        self.node = ""
        """Why there are no players in Node; empty if there are."""
        self._mix = mix
        self._seed = seed
        self._server = GameServer(world)
        self._playing: asyncio.Task[None] | None = None
        self._node: NodePlayers | None = None
        self._exits = AsyncExitStack()

    async def start(self) -> None:
        """Let them begin."""
        if self._mix.node and is_there():
            self._node = await self._exits.enter_async_context(
                node_players(self.world, self._mix.node, self._seed)
            )
        elif self._mix.node:
            self.node = "there is no Node"
        await self._server.listen()
        self._playing = asyncio.create_task(self._play(), name="players")

    async def stop(self) -> None:
        """Let them end what they do. Their streams stay open."""
        self.world.stopping.set()
        assert self._playing is not None  # noqa: S101 - `start` comes before
        done, _ = await asyncio.wait({self._playing}, timeout=DRAIN_SECONDS)
        if not done:
            self._playing.cancel()
            await asyncio.wait({self._playing})
        if self._node:
            await self._node.stop()

    async def end(self) -> None:
        """Close all streams."""
        await asyncio.gather(*(player.end() for player in self.world.players))
        await self._server.end()
        if self._node:
            await self._node.end()
        await self._exits.aclose()
        await self.world.close()

    async def _play(self) -> None:
        async with asyncio.TaskGroup() as group:
            for part in self._parts():
                self.world.start(group, part)

    def _parts(self) -> list[Coroutine[Any, Any, None]]:
        world, mix, server = self.world, self._mix, self._server
        return [
            *(chat.play(world) for _ in range(mix.chats)),
            *(chat.play(world, busy=4) for _ in range(mix.busy_chats)),
            *(friends.play(world) for _ in range(mix.friends)),
            *(accounts.play(world) for _ in range(mix.accounts)),
            *([matches.play_queue(world, server, "duel", mix.duelists)] if mix.duelists else []),
            *([matches.play_queue(world, server, "ranked", mix.ranked)] if mix.ranked else []),
            *(places.play(world) for _ in range(mix.restless)),
            *(lobbies.play_custom(world, server, mix.streams) for _ in range(mix.customs)),
            *(lobbies.play_clash(world, server) for _ in range(mix.clashes)),
            *(tournaments.play(world, server, size, mix.streams) for size in mix.tournaments),
            *(tournaments.talk(world, mix.streams) for _ in range(mix.halls)),
            *(announcements.play(world, server) for _ in range(mix.announcers)),
        ]
