"""Lobbies: custom games of eight with much talk, and clash lobbies of three."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from faults.load.matches import play_match
from faults.load.player import GameServer, Player
from faults.load.world import World

LINES = 6
"""Messages of each participant in a round."""


async def play_custom(world: World, server: GameServer, streams: int, count: int = 8) -> None:
    """Players who meet in a custom game, talk, play a match, and leave."""
    api = world.api()
    players = [await Player.register(world, api, streams) for _ in range(count)]
    while world.running:
        code = await _meet(world, players, "custom_game")
        if code:
            await _talk(world, players, code)
            await _match(world, server, players[:2], code, "custom game")
            await _talk(world, players, code)
        await _part(players)


async def play_clash(world: World, server: GameServer) -> None:
    """Two lobbies of three that play against each other, or against those of others."""
    api = world.api()
    players = [await Player.register(world, api) for _ in range(6)]
    halves = players[:3], players[3:]
    while world.running:
        codes = [await _meet(world, half, "clash") for half in halves]
        ready = [(half, code) for half, code in zip(halves, codes, strict=True) if code]
        await asyncio.gather(*(_match(world, server, half, code, "clash") for half, code in ready))
        await _part(players)


async def _meet(world: World, players: Sequence[Player], mode: str) -> str:
    """The code of a new lobby with these players, or with those of them who got in; empty if there is none."""
    for player in players:
        player.forget("game-start")
    made = await players[0].do("lobbies", "create_lobby", game_mode=mode)
    if not made.ok:
        await world.pause(1.0)
        return ""
    code = str(made.body["code"])
    for player in players[1:]:
        await player.do("lobbies", "join_lobby", code)
    return code


async def _talk(world: World, players: Sequence[Player], code: str) -> None:
    async def say(player: Player) -> None:
        for _ in range(LINES):
            if world.running:
                await player.do("lobbies", "send_lobby_message", code, content=world.tag("lobby"))
                await world.pause(0.2)

    await asyncio.gather(*(say(player) for player in players))


async def _match(
    world: World, server: GameServer, players: Sequence[Player], code: str, chapter: str
) -> None:
    """These get ready; their match is played if it starts."""
    if chapter == "custom game":
        # Those who joined after a lost answer may be in other teams than by their order.
        await players[0].do("lobbies", "update_participant", code, team="a")
        await players[1].do("lobbies", "update_participant", code, team="b")
    for player in players:
        await player.do("lobbies", "update_participant", code, is_ready=True)
    starts = await asyncio.gather(*(player.event("game-start", 8) for player in players))
    await asyncio.gather(
        *(
            play_match(world, server, player, start, chapter)
            for player, start in zip(players, starts, strict=True)
            if start
        )
    )


async def _part(players: Sequence[Player]) -> None:
    """Everyone leaves the lobby that the API says they are in."""
    for player in players:
        lobby = await player.read("get_lobby")
        if lobby:
            await player.do("lobbies", "leave_lobby", lobby["code"])
