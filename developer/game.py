"""Plays a match as a game server reports one."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from demo.api import ApiError
from demo.game_server import GameServer
from demo.run import players_of


async def play_to_end(server: GameServer, match: dict[str, Any], pace: float) -> dict[str, Any]:
    """Connect all players, and score at random until the match is over; the match as it was seen last.

    `pace`: seconds between points.
    """
    ids = [player["id"] for player in players_of(match)]
    try:
        for user_id in ids:
            match = await server.connect(match["id"], user_id)
        while not match["finished"]:
            await asyncio.sleep(pace)
            match = await server.score(random.choice(ids))
    except ApiError as error:
        # It ended another way: a player left, or another game server plays it, too.
        if error.code not in ("match_not_found", "match_finished"):
            raise
    return match
