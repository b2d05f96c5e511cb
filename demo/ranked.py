"""Two and two players with trophies queue for ranked matches: the near ones meet at once, the others have to wait."""

import asyncio
import random
from dataclasses import dataclass
from typing import Any

from demo.run import GAME_SERVER, Actor, Stage, together

GAPS = (30, 80)
"""How many trophies two are apart: within the window at once, and only after it has widened."""
LEVELS = 1000
"""Trophies from one pair to the next, so that nobody meets another pair first."""
START_SECONDS = 30.0
"""Nobody waits longer than this for an opponent 80 trophies away: the window reaches them after ten seconds."""
NOBODY = 1
"""No user has this id: the opponent of the match that gives a player trophies."""


@dataclass(slots=True)
class Contender(Actor):
    """One player, with events and trophies."""

    trophies: int


async def play(stage: Stage) -> None:
    """Every two players get trophies, queue, wait for the window to reach them, and play for more."""
    async with stage.cast() as actors:
        pairs = []
        for n, (one, other) in enumerate(zip(actors[::2], actors[1::2], strict=False)):
            level = LEVELS * (n % 8) + random.randrange(100, 900)
            pairs.append(
                (
                    Contender(one.player, one.stream, level),
                    Contender(other.player, other.stream, level + GAPS[n % 2]),
                )
            )
        rows = await together([_story(stage, one, other) for one, other in pairs])
    stage.terminal.title("Trophies, as the API tells them")
    head = ["player", "before", "opponent", "before", "game-start after", "result", "trophies", "now"]
    stage.terminal.table(head, [row for two in rows for row in two], left=1)


async def _story(stage: Stage, one: Contender, other: Contender) -> list[list[str]]:
    await together([_climb(stage, each) for each in (one, other)])
    await _join(stage, one)
    joined_at = await _join(stage, other)
    start = await one.stream.next("game-start", timeout=START_SECONDS)
    await other.stream.next("game-start", timeout=START_SECONDS)
    met = [player["id"] for side in "ab" for player in start.data["teams"][side]["players"]]
    stage.check(
        met == [one.player.id, other.player.id],
        f"{one.name} should meet {other.name}, who is {other.trophies - one.trophies} trophies away: {met}",
    )
    match = await _play_match(stage, one, start.data)
    waited = f"{(start.at - joined_at) * 1000:.0f} ms"
    return await together(
        [_row(stage, each, rival, match, waited) for each, rival in ((one, other), (other, one))]
    )


async def _climb(stage: Stage, contender: Contender) -> None:
    await stage.game_server.book_ranked(contender.player.id, NOBODY, contender.trophies)
    stage.terminal.say(
        GAME_SERVER,
        f"{contender.name} has {contender.trophies} trophies from a match elsewhere",
        "POST /private/users/result-match/",
    )


async def _join(stage: Stage, contender: Contender) -> float:
    """Queue; when that was asked for."""
    note = f"POST /play/ranked/  {contender.trophies} trophies"
    stage.terminal.say(contender.name, "joins the ranked queue", note)
    return (await contender.player.join_ranked()).sent_at


async def _play_match(stage: Stage, one: Contender, match: dict[str, Any]) -> dict[str, Any]:
    """Let one or the other player make all the points; the finished match."""
    scorer = random.choice([player for side in "ab" for player in match["teams"][side]["players"]])
    await stage.game_server.connect(match["id"], one.player.id)
    while not match["finished"]:
        await asyncio.sleep(stage.pace)
        match = await stage.game_server.score(scorer["id"])
    stage.terminal.say(GAME_SERVER, f"{scorer['username']} wins", f"match {match['id']}")
    return match


async def _row(
    stage: Stage, contender: Contender, rival: Contender, match: dict[str, Any], waited: str
) -> list[str]:
    """The row of one player, read back from the API and compared with the match."""
    side, change = next(
        (side, player["trophies"])
        for side in "ab"
        for player in match["teams"][side]["players"]
        if player["id"] == contender.player.id
    )
    now = (await contender.player.me())["trophies"]
    last = (await contender.player.trophy_changes())["results"][-1]
    expected = (change, contender.trophies + change)
    found = (last["trophies"], last["total_trophies"])
    stage.check(
        found == expected and now == expected[1],
        f"{contender.name} should have the change {expected}, but has {found} and {now} trophies",
    )
    outcome = "won" if match["winner"] == side else "lost"
    before = str(contender.trophies), rival.name, str(rival.trophies)
    return [contender.name, *before, waited, outcome, f"{change:+}", str(now)]
