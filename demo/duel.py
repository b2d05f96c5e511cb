"""Players queue for a duel and play it. The scripted game server decides the points."""

import asyncio
import random
import time
from collections.abc import Sequence
from typing import Any

from demo.event_log import EventTimeoutError, Received
from demo.run import GAME_SERVER, OnlinePlayer, Run, ms, players_of, together


class Duelist(OnlinePlayer):
    """A player with the duel they play."""

    joined_at: float = 0.0
    """When the request to queue was sent, seconds of `time.monotonic()`."""
    start: Received | None = None
    """Their `game-start`."""
    match: dict[str, Any] | None = None
    """Their finished match."""


async def play(run: Run) -> None:
    """All players queue. The last of an odd number finds no opponent and leaves the queue."""
    async with run.online_players(*[Duelist.register] * run.player_count) as players:
        await together([join(run, player) for player in players])
        await play_all(run, players)
        rows = await together([_result(run, player, players) for player in players])
    run.terminal.title("Results, as the API tells them")
    head = ["player", "opponent", "result", "score", "played", "wins", "scored", "streak", "game-start after"]
    run.terminal.table(head, rows, left=2)


async def join(run: Run, player: Duelist) -> None:
    """Queue for a duel."""
    # Shown before it is done: the match may start before the answer is here.
    run.say(player, "joins the duel queue", "POST /play/duel/")
    player.joined_at = time.monotonic()
    await player.join_duel()


async def play_all(run: Run, players: Sequence[Duelist]) -> None:
    """Play the matches of these players in the queue; a player without an opponent leaves the queue."""
    await _wait_for_starts(players)
    matches = {player.start.data["id"]: player.start.data for player in players if player.start}
    await together([_play_match(run, players, match) for match in matches.values()])
    await together([_leave(run, player) for player in players if player.start is None])


async def _wait_for_starts(players: Sequence[Duelist]) -> None:
    """Wait for every player's `game-start`; one is left over if their number is odd."""
    waiting = {asyncio.create_task(player.next("game-start")): player for player in players}
    try:
        pending = set(waiting)
        while len(pending) > _left_over(players):
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                waiting[task].start = await task
    except EventTimeoutError as error:
        names = ", ".join(str(player) for player in players if player.start is None)
        raise EventTimeoutError(f"no match was made for {names}: {error}") from error
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


def _left_over(players: Sequence[Duelist]) -> int:
    """How many get no match. A player who met a stranger in the queue takes no opponent from the others."""
    ours = {player.id for player in players}
    starts = [{player["id"] for player in players_of(each.start.data)} for each in players if each.start]
    return (len(players) - len([ids for ids in starts if not ids <= ours])) % 2


async def _play_match(run: Run, players: Sequence[Duelist], match: dict[str, Any]) -> None:
    names = {player["id"]: player["username"] for player in players_of(match)}
    note = f"match {match['id']}"
    for user_id in names:
        await run.game_server.connect(match["id"], user_id)
    run.say(GAME_SERVER, f"{' and '.join(names.values())} are connected", note)
    while not match["finished"]:
        await asyncio.sleep(run.pace)
        match = await run.game_server.score(random.choice(list(names)))
        points = " : ".join(f"{player['username']} {player['score']}" for player in players_of(match))
        run.say(GAME_SERVER, f"{'final score' if match['finished'] else 'point'}  {points}", note)
    for player in players:
        if player.id in names:
            player.match = match


async def _leave(run: Run, player: Duelist) -> None:
    await player.leave_duel()
    run.say(player, "finds no opponent and leaves the queue", "DELETE /play/duel/  204")


async def _result(run: Run, player: Duelist, players: Sequence[Duelist]) -> list[str]:
    """The row of one player, read back from the API and compared with the match."""
    stats = (await player.stats())["duel"]
    match = player.match
    if match is None or player.start is None:
        run.check(stats["game_played"] == 0, f"{player} has played no match, but one is counted")
        return [str(player), "—", "—", "—", str(stats["game_played"]), str(stats["wins"]), "0", "0", "—"]
    mine = next(side for side in "ab" if match["teams"][side]["players"][0]["id"] == player.id)
    theirs = "b" if mine == "a" else "a"
    won = match["winner"] == mine
    score = [match["teams"][side]["score"] for side in (mine, theirs)]
    opponent = match["teams"][theirs]["players"][0]
    counted = tuple(stats[key] for key in ("game_played", "wins", "scored", "current_win_streak"))
    expected = (1, int(won), score[0], int(won))
    run.check(counted == expected, f"{player} should have the statistics {expected}, but has {stats}")
    listed = [shown["id"] for shown in (await player.matches())["results"]]
    run.check(listed == [match["id"]], f"{player} should have played just match {match['id']}: {listed}")
    starts = len(player.stream.received("game-start"))
    run.check(starts == 1, f"{player} got {starts} game-start events for one match")
    # The later of the two requests made the match: the event can't be there before it was sent.
    pair = [each for each in players if each.id in (player.id, opponent["id"])]
    delay = player.start.at - max(each.joined_at for each in pair)
    outcome = ["won" if won else "lost", f"{score[0]} : {score[1]}"]
    return [str(player), opponent["username"], *outcome, *map(str, counted), ms(delay)]
