"""Tournaments that are played to their end, and one that never starts, where the participants talk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from faults.load.matches import play_match
from faults.load.player import GameServer, Player
from faults.load.world import World

CHAPTER = "tournaments"
LONGEST_SECONDS = 150.0
"""Of one tournament; then the players leave it."""

TALKERS = 12
"""In a tournament of 16: one more would begin the countdown."""


async def play(world: World, server: GameServer, size: int, streams: int) -> None:
    """Players who fill a tournament and play it, again and again."""
    api = world.api()
    players = [await Player.register(world, api, streams)]
    players += [await Player.guest(world, api, streams) for _ in range(size - 1)]
    while world.running:
        code = await _meet(world, players, size)
        if code:
            try:
                async with asyncio.timeout(LONGEST_SECONDS):
                    await asyncio.gather(*(_take_part(world, server, player, code) for player in players))
            except TimeoutError:
                pass
        await _part(players)


async def talk(world: World, streams: int) -> None:
    """Players in a tournament that doesn't fill: they talk, and some of them leave and come back."""
    api = world.api()
    players = [await Player.register(world, api, streams)]
    players += [await Player.guest(world, api, streams) for _ in range(TALKERS - 1)]
    while world.running:
        code = await _meet(world, players, 16)
        if code:
            await asyncio.gather(*(_talk(world, player, code, 60) for player in players))
        await _part(players)


async def _meet(world: World, players: Sequence[Player], size: int) -> str:
    for player in players:
        player.forget("game-start")
        player.forget("tournament-finish")
    made = await players[0].do(CHAPTER, "create_tournament", name=world.tag("cup"), size=size)
    if not made.ok:
        await world.pause(1.0)
        return ""
    code = str(made.body["code"])
    for player in players[1:]:
        for _ in range(5):
            if (await player.do(CHAPTER, "join_tournament", code)).ok or not world.running:
                break
            await world.pause(1.0)
    return code


async def _take_part(world: World, server: GameServer, player: Player, code: str) -> None:
    """Play the matches that start, talk, until the tournament is over for all."""
    over = asyncio.create_task(player.event("tournament-finish", LONGEST_SECONDS))

    async def play_all() -> None:
        while True:
            match = await player.event("game-start", LONGEST_SECONDS)
            if match:
                await play_match(world, server, player, match, CHAPTER)

    playing = asyncio.create_task(play_all())
    talking = asyncio.create_task(_talk(world, player, code, 12))
    try:
        await over
    finally:
        # What the game server has begun to report is reported: only waits are cut.
        for task in (over, playing, talking):
            task.cancel()
        await asyncio.gather(over, playing, talking, return_exceptions=True)


async def _talk(world: World, player: Player, code: str, lines: int) -> None:
    for _ in range(lines):
        if not world.running:
            return
        await player.do(CHAPTER, "send_tournament_message", code, content=world.tag("tournament"))
        await world.pause(0.5)
        if world.rng.random() < 0.02 and lines > 12:
            await player.do(CHAPTER, "leave_tournament", code)
            await player.do(CHAPTER, "join_tournament", code)


async def _part(players: Sequence[Player]) -> None:
    """Everyone leaves the tournament that the API says they are in."""
    for player in players:
        tournament = await player.read("get_tournament")
        if tournament:
            await player.do(CHAPTER, "leave_tournament", tournament["code"])
