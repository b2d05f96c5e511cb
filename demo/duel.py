"""Players sign up, listen, queue for a duel and play it; the scripted game server decides the points."""

import asyncio
import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from demo.player import EventTimeoutError, Received
from demo.run import GAME_SERVER, Actor, Stage, together

START_SECONDS = 10.0
"""No pair waits longer than this for its `game-start` here; a sound stack takes a tenth of a second."""


@dataclass(slots=True)
class Entry(Actor):
    """One player's way through the scenario."""

    joined_at: float = 0.0
    start: Received | None = None
    match: dict[str, Any] | None = None
    """The finished match."""


async def play(stage: Stage) -> None:
    """Play as many duels as the players make; the last of an odd number waits and leaves the queue."""
    async with stage.cast() as actors:
        entries = [Entry(actor.player, actor.stream) for actor in actors]
        await together([join(stage, entry) for entry in entries])
        await play_all(stage, entries)
        rows = await together([_result(stage, entry, entries) for entry in entries])
    stage.terminal.title("Results, as the API tells them")
    head = ["player", "opponent", "result", "score", "played", "wins", "scored", "streak", "game-start after"]
    stage.terminal.table(head, rows, left=2)


async def join(stage: Stage, entry: Entry) -> None:
    """Queue for a duel."""
    # RoomMessage before it is done: the match may start before the answer is here.
    stage.terminal.say(entry.name, "joins the duel queue", "POST /play/duel/")
    entry.joined_at = (await entry.player.join_duel()).sent_at


async def play_all(stage: Stage, entries: list[Entry]) -> None:
    """Wait for the matches of who has joined, and play them; who is left over leaves the queue."""
    await _wait_for_starts(entries)
    matches = {entry.start.data["id"]: entry.start.data for entry in entries if entry.start}
    await together([_play_match(stage, entries, match) for match in matches.values()])
    await together([_leave(stage, entry) for entry in entries if entry.start is None])


async def _wait_for_starts(entries: list[Entry]) -> None:
    """Give every entry its `game-start`, except the one who is left over where their number is odd."""
    waiting = {
        asyncio.create_task(entry.stream.next("game-start", timeout=START_SECONDS)): entry
        for entry in entries
    }
    try:
        pending = set(waiting)
        while len(pending) > _left_over(entries):
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                waiting[task].start = await task
    except EventTimeoutError as error:
        names = ", ".join(entry.name for entry in entries if entry.start is None)
        raise EventTimeoutError(f"no match was made for {names}: {error}") from error
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


def _left_over(entries: list[Entry]) -> int:
    """How many stay without a match: whoever met a stranger in the queue pairs with none of us."""
    ours = {entry.player.id for entry in entries}
    with_strangers = [entry for entry in entries if entry.start and not set(_ids(entry.start.data)) <= ours]
    return (len(entries) - len(with_strangers)) % 2


async def _play_match(stage: Stage, entries: list[Entry], match: dict[str, Any]) -> None:
    game_server, terminal = stage.game_server, stage.terminal
    names = {player["id"]: player["username"] for player in _players(match)}
    match_id, (one, other) = match["id"], list(names)
    for user_id in names:
        await game_server.connect(match_id, user_id)
    terminal.say(GAME_SERVER, f"{names[one]} and {names[other]} are connected", f"match {match_id}")
    while not match["finished"]:
        await asyncio.sleep(stage.pace)
        match = await game_server.score(random.choice((one, other)))
        points = " : ".join(f"{names[p['id']]} {p['score']}" for p in _players(match))
        kind = "final score" if match["finished"] else "point"
        terminal.say(GAME_SERVER, f"{kind}  {points}", f"match {match_id}")
    for entry in entries:
        if entry.player.id in names:
            entry.match = match


async def _leave(stage: Stage, entry: Entry) -> None:
    answer = await entry.player.leave_duel()
    note = f"DELETE /play/duel/  {answer.status}"
    stage.terminal.say(entry.name, "finds nobody and leaves the queue", note)


async def _result(stage: Stage, entry: Entry, entries: list[Entry]) -> list[str]:
    """The row of one player, read back from the API and compared with what was played."""
    player, match = entry.player, entry.match
    stats = (await player.stats())["duel"]
    listed = await player.matches()
    if match is None or entry.start is None:
        stage.check(stats["game_played"] == 0, f"{player.username} has a game counted without having played")
        return [player.username, "—", "—", "—", str(stats["game_played"]), str(stats["wins"]), "0", "0", "—"]
    mine, theirs = _sides(match, player.id)
    won = match["winner"] == mine
    score = [match["teams"][side]["score"] for side in (mine, theirs)]
    opponent = match["teams"][theirs]["players"][0]
    counted = tuple(stats[key] for key in ("game_played", "wins", "scored", "current_win_streak"))
    expected = (1, int(won), score[0], int(won))
    stage.check(
        counted == expected, f"{player.username} should have the statistics {expected}, but has {stats}"
    )
    stage.check(
        [shown["id"] for shown in listed["results"]] == [match["id"]],
        f"the match list of {player.username} is {listed}, not just match {match['id']}",
    )
    starts = len(entry.stream.received("game-start"))
    stage.check(starts == 1, f"{player.username} got {starts} game-start events for one match")
    met = [other for other in entries if other.player.id == opponent["id"]]
    # The later of the two requests made the match: the event can't be there before it was sent.
    delay = entry.start.at - max(each.joined_at for each in [entry, *met])
    outcome = ["won" if won else "lost", f"{score[0]} : {score[1]}"]
    return [player.username, opponent["username"], *outcome, *map(str, counted), f"{delay * 1000:.0f} ms"]


def _players(match: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return [player for side in ("a", "b") for player in match["teams"][side]["players"]]


def _ids(match: dict[str, Any]) -> list[int]:
    return [player["id"] for player in _players(match)]


def _sides(match: dict[str, Any], user_id: int) -> tuple[str, str]:
    in_a = any(player["id"] == user_id for player in match["teams"]["a"]["players"])
    return ("a", "b") if in_a else ("b", "a")
