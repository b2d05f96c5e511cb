"""Queues and matches: players who queue, and the game server that plays what starts."""

from __future__ import annotations

import asyncio
from typing import Any

from faults.load.player import GameServer, Player
from faults.load.world import World

MATCH_SECONDS = 60.0
"""The longest wait for the end of a match; then it is left to its clock."""


async def play_queue(world: World, server: GameServer, queue: str, count: int) -> None:
    """Players who queue for `duel` or `ranked` again and again."""
    api = world.api()
    sign_up = Player.guest if queue == "duel" else Player.register
    players = [await sign_up(world, api) for _ in range(count)]
    async with asyncio.TaskGroup() as group:
        for player in players:
            world.start(group, _queue(world, server, player, queue))


async def _queue(world: World, server: GameServer, player: Player, queue: str) -> None:
    while world.running:
        await player.do(queue, f"join_{queue}")
        match = await player.event("game-start", 10)
        if match is None:
            await player.do(queue, f"leave_{queue}")
        else:
            await play_match(world, server, player, match, queue)
        await world.pause(0.5)


async def play_match(
    world: World, server: GameServer, player: Player, match: dict[str, Any], chapter: str
) -> None:
    """The first player of the match has the game server play it; the others wait for its end."""
    ended = world.matches.setdefault(match["id"], asyncio.Event())
    users = [each["id"] for side in "ab" for each in match["teams"][side]["players"]]
    if player.id != users[0]:
        try:
            async with asyncio.timeout(MATCH_SECONDS):
                await ended.wait()
        except TimeoutError:
            pass
        return
    try:
        async with asyncio.timeout(MATCH_SECONDS):
            await _play(world, server, match["id"], users, chapter)
    except TimeoutError:
        pass
    finally:
        ended.set()


async def _play(world: World, server: GameServer, match_id: int, users: list[int], chapter: str) -> None:
    for user_id in users:
        await server.connect(match_id, user_id)
    while True:
        await world.pause(0.1)
        if world.rng.random() < 0.02:
            absent = world.rng.choice(users)
            done = await server.do(
                chapter, "finish_match", match_id, user_id=absent, finish_reason="player-disconnect"
            )
            over = done.ok or done.outcome == "refused"
        else:
            done = await server.do(chapter, "score_point", world.rng.choice(users))
            # Refused: the match is over already, by a point whose answer was lost, or void.
            over = (
                done.body["finished"] if done.ok else done.outcome == "refused" and done.code != "throttled"
            )
        if over:
            return
