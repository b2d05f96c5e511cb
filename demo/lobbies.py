"""What the stories about lobbies share: players in a lobby, and the match that their being ready starts."""

import asyncio
import random
import time
from collections.abc import Sequence
from typing import Any

from demo.player import Received
from demo.run import EVENT_SECONDS, GAME_SERVER, Actor, Stage


async def gather(stage: Stage, members: Sequence[Actor], game_mode: str, **more: str) -> str:
    """The first one makes a lobby and tells the others its code; they join one after the other."""
    creator = members[0]
    lobby = await creator.player.create_lobby(game_mode, **more)
    code = str(lobby["code"])
    stage.terminal.say(creator.name, f"makes the {game_mode} lobby {code}", "POST /play/lobby/")
    for member in members[1:]:
        part = await member.player.join_lobby(code)
        team = f", team {part['team']}" if "team" in part else ""
        stage.terminal.say(member.name, f"joins {code}{team}", f"POST /play/lobby/{code}/")
    shown = [participant["id"] for participant in (await creator.player.lobby())["participants"]]
    stage.check(
        shown == [member.player.id for member in members],
        f"the lobby {code} should have its {len(members)} members in the order of joining, but has {shown}",
    )
    return code


async def get_ready(stage: Stage, code: str, members: Sequence[Actor]) -> float:
    """All of them say that they are ready; when the last one did."""
    asked_at = time.monotonic()
    for member in members:
        # RoomMessage before it is done: the match may start before the answer is here.
        stage.terminal.say(member.name, "is ready", f"PATCH /play/lobby/{code}/")
        asked_at = time.monotonic()
        await member.player.update_part(code, is_ready=True)
        await asyncio.sleep(stage.pace)
    return asked_at


async def starts(members: Sequence[Actor], event: str = "game-start") -> list[Received]:
    """The event of each that a match starts."""
    return [await member.stream.next(event, timeout=EVENT_SECONDS) for member in members]


async def play_to_the_end(stage: Stage, match: dict[str, Any]) -> dict[str, Any]:
    """The game server decides the points of a match; as it is then."""
    server, terminal = stage.game_server, stage.terminal
    players = [player["id"] for side in "ab" for player in match["teams"][side]["players"]]
    for user_id in players:
        await server.connect(match["id"], user_id)
    while not match["finished"]:
        await asyncio.sleep(stage.pace)
        match = await server.score(random.choice(players))
        score = " : ".join(str(match["teams"][side]["score"]) for side in "ab")
        kind = "final score" if match["finished"] else "point"
        terminal.say(GAME_SERVER, f"{kind}  {score}", f"match {match['id']}")
    return match


async def check_free(stage: Stage, member: Actor, code: str) -> None:
    """A lobby is free again after its match."""
    lobby = await member.player.lobby()
    free = lobby["game_playing"] is None and not lobby["is_ready"]
    stage.check(free, f"the lobby {code} should be free again: {lobby}")
