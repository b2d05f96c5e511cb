"""Lobbies of three, two and one player get ready and are put together to a clash of three against three."""

from collections.abc import Sequence

from demo.lobbies import check_free, fill_lobby, get_ready, play_to_the_end, wait_for_start
from demo.run import OnlinePlayer, Run, ms, players_of

SIZES = (3, 2, 1)


async def play(run: Run) -> None:
    """Each six players play one clash; players beyond that only watch."""
    async with run.online_players(*[OnlinePlayer.register] * run.player_count) as players:
        rows: list[list[str]] = []
        # One after the other: otherwise lobbies of different sixes would be put together.
        for first in range(0, len(players) - 5, 6):
            rows += await _play_clash(run, players[first : first + 6])
    run.terminal.title("The clash, as the API tells it")
    head = ["player", "lobby", "side", "result", "clash wins", "game-start after"]
    run.terminal.table(head, rows, left=3)


async def _play_clash(run: Run, players: Sequence[OnlinePlayer]) -> list[list[str]]:
    lobbies: dict[str, Sequence[OnlinePlayer]] = {}
    asked_at, first = 0.0, 0
    for size in SIZES:
        members = players[first : first + size]
        lobbies[await fill_lobby(run, members, "clash")] = members
        first += size
    for code, members in lobbies.items():
        asked_at = await get_ready(run, code, members)
    starts = await wait_for_start(players)
    delay = {player.id: ms(start.at - asked_at) for player, start in zip(players, starts, strict=True)}
    match = starts[0].data
    one_match = {start.data["id"] for start in starts} == {match["id"]}
    run.check(one_match, "all six should have been called to one match")
    match = await play_to_the_end(run, match)
    side_of = {player["id"]: side for side in "ab" for player in match["teams"][side]["players"]}
    run.check(len(side_of) == len(players_of(match)) == 6, f"six should have played: {side_of}")
    rows = []
    for code, members in lobbies.items():
        sides = {side_of.get(player.id) for player in members}
        run.check(len(sides) == 1, f"the lobby {code} was split: {sides}")
        await check_free(run, members[0], code)
        for player in members:
            won = match["winner"] == side_of[player.id]
            wins = (await player.stats())["clash"]["wins"]
            run.check(wins == int(won), f"{player} should have {int(won)} clash wins, but has {wins}")
            result = "won" if won else "lost"
            rows.append([str(player), code, side_of[player.id], result, str(wins), delay[player.id]])
    return rows
