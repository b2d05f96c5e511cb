"""The guide of game servers, followed as it is written: its programs play a duel."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from infra.local.runner.ports import free_port
from infra.local.runner.stack import Stack
from infra.local.settings import ROOT

GUIDE = ROOT / "docs" / "guides" / "game-server.md"


def programs(folder: Path) -> None:
    """Save the programs of the guide under the names in their first lines."""
    blocks = re.findall(
        r"^```python\n# (\S+)\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    for name, text in blocks:
        (folder / name).write_text(text, encoding="utf-8")


def start(folder: Path, name: str, stack: Stack, **more: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PONG": stack.url, "CA": str(stack.ca), **more}
    return subprocess.Popen(
        [sys.executable, name],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def line(output: IO[str] | None, containing: str) -> str:
    """The next line with this text. The test's time limit ends a wait for one that doesn't come."""
    assert output
    for text in output:
        if containing in text:
            return text
    raise AssertionError(f"{containing!r} never came")


@pytest.mark.timeout(90)
def test_the_programs_of_the_guide_play_a_duel(tmp_path: Path) -> None:
    port = free_port()
    with Stack(settings={"GAME_URL": f"ws://localhost:{port}"}) as stack:
        play_a_duel(stack, port, tmp_path)


def play_a_duel(stack: Stack, port: int, tmp_path: Path) -> None:
    programs(tmp_path)
    server = start(tmp_path, "game_server.py", stack, TOKEN=stack.service_token(), PORT=str(port))
    players: list[subprocess.Popen[str]] = []
    try:
        line(server.stdout, "running matches:")
        for _ in range(2):
            players.append(start(tmp_path, "player.py", stack))
            line(players[-1].stdout, "waiting for an opponent")
        # Who comes second sees the second "came"; the first one sees both.
        for player in players:
            line(player.stdout, '"as": "player"')
        scorer = players[0]
        assert scorer.stdin
        for n in range(1, 4):
            scorer.stdin.write("\n")
            scorer.stdin.flush()
            # The third point ends the match: its end may be heard of before the server's answer.
            if n < 3:
                scores = json.loads(line(scorer.stdout, '"b":'))
                assert sorted(scores.values()) == [0, n]
        won = {side for side, score in scores.items() if score}
        for player in players:
            over = json.loads(line(player.stdout, '"over"'))
            assert (over["over"], {over["winner"]}) == ("match-finish", won)
            assert player.wait(timeout=20) == 0
        assert server.poll() is None
    finally:
        for process in (*players, server):
            process.kill()
            process.communicate()
