"""Lobbies of three, two and one player get ready and are put together to a clash of three against three."""

from collections.abc import Sequence
from typing import Any

from demo.lobbies import (
    check_free,
    gather,
    get_ready,
    play_to_the_end,
    starts,
)
from demo.run import Actor, Stage, together

SIZES = (3, 2, 1)


async def play(stage: Stage) -> None:
    """Every six players tell one story; who is left over only watches."""
    async with stage.cast() as members:
        rows: list[list[str]] = []
        # One after the other: lobbies of several stories would be put together across them, as they should.
        for first in range(0, len(members) - 5, 6):
            rows += await _story(stage, members[first : first + 6])
    stage.terminal.title("The clash, as the API tells it")
    stage.terminal.table(
        ["player", "lobby", "side", "result", "clash wins", "game-start after"], rows, left=3
    )


async def _story(stage: Stage, members: Sequence[Actor]) -> list[list[str]]:
    lobbies: dict[str, Sequence[Actor]] = {}
    asked_at, first = 0.0, 0
    for size in SIZES:
        group = members[first : first + size]
        lobbies[await gather(stage, group, "clash")] = group
        first += size
    for code, group in lobbies.items():
        asked_at = await get_ready(stage, code, group)
    events = await starts(members)
    match: dict[str, Any] = events[0].data
    stage.check(
        {event.data["id"] for event in events} == {match["id"]},
        "all six should have been called to one match",
    )
    side_of = {player["id"]: side for side in "ab" for player in match["teams"][side]["players"]}
    for code, group in lobbies.items():
        sides = {side_of.get(member.player.id) for member in group}
        stage.check(len(sides) == 1, f"the lobby {code} was split: {sides}")
    match = await play_to_the_end(stage, match)
    delay = [event.at - asked_at for event in events]
    rows = []
    for code, group in lobbies.items():
        await check_free(stage, group[0], code)
        rows += await together(
            [_result(stage, m, code, match, side_of, delay[members.index(m)]) for m in group]
        )
    return rows


async def _result(
    stage: Stage, member: Actor, code: str, match: dict[str, Any], side_of: dict[int, str], delay: float
) -> list[str]:
    side = side_of[member.player.id]
    won = match["winner"] == side
    wins = (await member.player.stats())["clash"]["wins"]
    stage.check(wins == int(won), f"{member.name} should have {int(won)} clash wins, but has {wins}")
    return [member.name, code, side, "won" if won else "lost", str(wins), f"{delay * 1000:.0f} ms"]
