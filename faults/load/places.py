"""Restless players, who ask for several places at the same instant: one of them is theirs in the end."""

from __future__ import annotations

import asyncio

from faults.load.player import Player
from faults.load.world import World

CHAPTER = "places"


async def play(world: World) -> None:
    """One player, again and again."""
    player = await Player.register(world, world.api())
    while world.running:
        await asyncio.gather(
            player.do(CHAPTER, "join_duel"),
            player.do(CHAPTER, "create_lobby", game_mode="custom_game"),
            player.do(CHAPTER, "create_tournament", name=world.tag("cup"), size=8),
            player.do(CHAPTER, "join_ranked"),
        )
        await _leave_all(player)
        await world.pause(1.0)


async def _leave_all(player: Player) -> None:
    """Leave every place that the API says the player is in."""
    lobby, tournament = await asyncio.gather(player.read("get_lobby"), player.read("get_tournament"))
    if lobby:
        await player.do(CHAPTER, "leave_lobby", lobby["code"])
    if tournament:
        await player.do(CHAPTER, "leave_tournament", tournament["code"])
    if not lobby and not tournament:
        for queue in ("duel", "ranked"):
            await player.do(CHAPTER, f"leave_{queue}")
