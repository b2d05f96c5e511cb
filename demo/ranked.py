"""Pairs of players queue for ranked matches: near trophies meet at once, the others have to wait."""

import asyncio
import random
from typing import Any

from demo.run import GAME_SERVER, OnlinePlayer, Run, ms, players_of, together

GAPS = (30, 80)
"""The difference of trophies in a pair: within the window at once, and only after it has widened."""
LEVELS = 400
"""Trophies from one pair to the next: no window reaches another pair, however long the demo waits."""
HIGHEST = 100_000
"""The first pair's trophies are below it, at random: demos at the same time hardly ever meet."""
START_SECONDS = 30.0
"""The longest wait for an opponent 80 trophies away: the window reaches them after ten seconds."""
BOOKED_AT_ONCE = 10_000
"""The most trophies that one match gives."""
NO_USER = 1
"""No user has this id: the opponent in the match that gives a player trophies."""


class RankedPlayer(OnlinePlayer):
    """A player with trophies."""

    trophies: int = 0


async def play(run: Run) -> None:
    """Each pair gets trophies, queues, waits until the window reaches them, and plays for more."""
    async with run.online_players(*[RankedPlayer.register] * run.player_count) as players:
        pairs = list(zip(players[::2], players[1::2], strict=False))
        lowest = random.randrange(HIGHEST)
        for n, (one, other) in enumerate(pairs):
            one.trophies = lowest + LEVELS * n
            other.trophies = one.trophies + GAPS[n % 2]
        rows = await together([_play_pair(run, one, other) for one, other in pairs])
    run.terminal.title("Trophies, as the API tells them")
    head = ["player", "before", "opponent", "before", "game-start after", "result", "trophies", "now"]
    run.terminal.table(head, [row for pair in rows for row in pair], left=1)


async def _play_pair(run: Run, one: RankedPlayer, other: RankedPlayer) -> list[list[str]]:
    await together([_get_trophies(run, player) for player in (one, other)])
    await _join(run, one)
    joined_at = await _join(run, other)
    start = await one.next("game-start", START_SECONDS)
    await other.next("game-start", START_SECONDS)
    met = [player["id"] for player in players_of(start.data)]
    run.check(
        met == [one.id, other.id],
        f"{one} should meet {other}, {other.trophies - one.trophies} trophies away: {met}",
    )
    match = await _play_match(run, one, start.data)
    waited = ms(start.at - joined_at)
    return await together(
        [_row(run, player, opponent, match, waited) for player, opponent in ((one, other), (other, one))]
    )


async def _get_trophies(run: Run, player: RankedPlayer) -> None:
    for booked in range(0, player.trophies, BOOKED_AT_ONCE):
        await run.game_server.book_ranked(player.id, NO_USER, min(BOOKED_AT_ONCE, player.trophies - booked))
    text = f"{player} has {player.trophies} trophies from matches elsewhere"
    run.say(GAME_SERVER, text, "POST /private/users/result-match/")


async def _join(run: Run, player: RankedPlayer) -> float:
    """Queue; when the request was sent."""
    run.say(player, "joins the ranked queue", f"POST /play/ranked/  {player.trophies} trophies")
    return (await player.join_ranked()).sent_at


async def _play_match(run: Run, connected: RankedPlayer, match: dict[str, Any]) -> dict[str, Any]:
    """One of the two makes all the points; the finished match."""
    scorer = random.choice(players_of(match))
    await run.game_server.connect(match["id"], connected.id)
    while not match["finished"]:
        await asyncio.sleep(run.pace)
        match = await run.game_server.score(scorer["id"])
    run.say(GAME_SERVER, f"{scorer['username']} wins", f"match {match['id']}")
    return match


async def _row(
    run: Run, player: RankedPlayer, opponent: RankedPlayer, match: dict[str, Any], waited: str
) -> list[str]:
    """The row of one player, read back from the API and compared with the match."""
    side, change = next(
        (side, each["trophies"])
        for side in "ab"
        for each in match["teams"][side]["players"]
        if each["id"] == player.id
    )
    now = (await player.me())["trophies"]
    last = (await player.trophy_changes())["results"][-1]
    expected = (change, player.trophies + change)
    found = (last["trophies"], last["total_trophies"])
    run.check(
        found == expected and now == expected[1],
        f"{player} should have the change {expected}, but has {found} and {now} trophies",
    )
    before = str(player.trophies), str(opponent), str(opponent.trophies)
    outcome = "won" if match["winner"] == side else "lost"
    return [str(player), *before, waited, outcome, f"{change:+}", str(now)]
