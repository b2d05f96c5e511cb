"""Shared by the scenarios with lobbies: filling a lobby, getting ready, and the match that starts then."""

import asyncio
import random
import time
from collections.abc import Sequence
from typing import Any

from demo.event_log import Received
from demo.run import GAME_SERVER, OnlinePlayer, Run, players_of, score_of


async def fill_lobby(run: Run, players: Sequence[OnlinePlayer], game_mode: str, **more: str) -> str:
    """The first player creates a lobby, the others join it one after the other; its code."""
    creator = players[0]
    code = str((await creator.create_lobby(game_mode, **more))["code"])
    run.say(creator, f"makes the {game_mode} lobby {code}", "POST /play/lobby/")
    for player in players[1:]:
        participant = await player.join_lobby(code)
        team = f", team {participant['team']}" if "team" in participant else ""
        run.say(player, f"joins {code}{team}", f"POST /play/lobby/{code}/")
    shown = [participant["id"] for participant in (await creator.lobby())["participants"]]
    run.check(
        shown == [player.id for player in players],
        f"the lobby {code} should have its {len(players)} players in the order of joining, but has {shown}",
    )
    return code


async def get_ready(run: Run, code: str, players: Sequence[OnlinePlayer]) -> float:
    """The players get ready one after the other; when the last one did."""
    asked_at = time.monotonic()
    for player in players:
        # Shown before it is done: the match may start before the answer is here.
        run.say(player, "is ready", f"PATCH /play/lobby/{code}/")
        asked_at = time.monotonic()
        await player.update_part(code, is_ready=True)
        await asyncio.sleep(run.pace)
    return asked_at


async def wait_for_start(players: Sequence[OnlinePlayer], event: str = "game-start") -> list[Received]:
    """The event of each player that their match starts."""
    return [await player.next(event) for player in players]


async def play_to_the_end(run: Run, match: dict[str, Any]) -> dict[str, Any]:
    """The game server decides the points; the finished match."""
    user_ids = [player["id"] for player in players_of(match)]
    for user_id in user_ids:
        await run.game_server.connect(match["id"], user_id)
    while not match["finished"]:
        await asyncio.sleep(run.pace)
        match = await run.game_server.score(random.choice(user_ids))
        kind = "final score" if match["finished"] else "point"
        run.say(GAME_SERVER, f"{kind}  {score_of(match)}", f"match {match['id']}")
    return match


async def check_free(run: Run, player: OnlinePlayer, code: str) -> None:
    """Check that a player's lobby is free again after its match."""
    lobby = await player.lobby()
    free = lobby["game_playing"] is None and not lobby["is_ready"]
    run.check(free, f"the lobby {code} should be free again: {lobby}")
