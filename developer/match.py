"""`make match`: the running matches, or everything about one by its id or code."""

from __future__ import annotations

from demo.running import RunningStack
from demo.terminal import Terminal
from developer.errors import ToolError
from developer.table import all_matches
from shared.domain.play.matches import SIDES, Match
from shared.store.accounts.users import read_usernames


async def run(_stack: RunningStack, subject: str) -> None:
    """List the running matches, or show the one with this id or code."""
    matches = [row.state for row in all_matches()]
    terminal = Terminal()
    if subject:
        _show(terminal, subject, [match for match in matches if subject in (str(match.id), match.code)])
        return
    running = [match for match in matches if not match.winner]
    terminal.title(f"running matches: {len(running)}")
    if running:
        terminal.table(
            ["match", "code", "mode", "players", "score"], [_row(match) for match in running], left=4
        )
    terminal.line()


def _show(terminal: Terminal, subject: str, matches: list[Match]) -> None:
    if not matches:
        raise ToolError(
            f"There is no match {subject} that runs or ended within a day; `make match` lists those that run."
        )
    # Codes are given out again: the newest match with the code is meant.
    match = matches[-1]
    terminal.title(f"match {match.id}: {match.game_mode} {match.match_type}, code {match.code}")
    names = read_usernames(match.user_ids)
    head = ["player", "id", "side", "", "points", "own goals", "trophies"]
    rows = [
        [
            names.get(player.id, "gone"),
            str(player.id),
            side,
            "connected" if player.connected else "",
            str(player.score),
            str(player.own_goal),
            f"{player.trophies:+}" if player.trophies else "",
        ]
        for side in SIDES
        for player in match.team(side).players
    ]
    terminal.table(head, rows, left=4)
    state = f"won by {match.winner}, {match.finish_reason}" if match.winner else "running"
    begun = f"began at {match.created_at:%H:%M:%S}"
    ended = f", ended at {match.finished_at:%H:%M:%S}" if match.finished_at else ""
    terminal.line(f"\n  {match.a.score} : {match.b.score}, {state}; {begun}{ended} (UTC)")
    if match.tournament_id:
        terminal.line(
            f"  match {match.tournament_n} of stage {match.tournament_stage_id} of tournament {match.tournament_id}"
        )
    terminal.line()


def _row(match: Match) -> list[str]:
    names = read_usernames(match.user_ids)
    sides = [" and ".join(names.get(p.id, "gone") for p in match.team(side).players) for side in SIDES]
    return [
        str(match.id),
        match.code,
        match.game_mode,
        " : ".join(sides),
        f"{match.a.score} : {match.b.score}",
    ]
