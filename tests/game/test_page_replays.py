"""The page's JavaScript comes to the states of the recorded matches: its ball's lines, its paddle's movement."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from game import physics
from game.physics import Bounce, Field, Goal, MatchType
from tests.game import recording

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "web" / "game" / "state.js"

Told = list[list[Any]]


def flying(field: Field) -> list[int]:
    return [field.step, field.x, field.y, field.vx, field.vy]


def replayed(field: Field, commands: Told, steps: int) -> tuple[list[dict[str, Told]], list[int]]:
    """What players and server tell before and after each step (docs/game-protocol.md#messages), and the hashes."""
    told: list[dict[str, Told]] = []
    hashes: list[int] = []
    ahead = list(reversed(commands))
    for now in range(steps):
        before: Told = []
        after: Told = []
        while ahead and ahead[-1][0] == now:
            match ahead.pop():
                case [_, "serve", towards]:
                    physics.serve(field, towards)
                    before.append(["serve", *flying(field)])
                case [_, "aim", paddle, y]:
                    physics.aim(field, paddle, y)
                    before.append(["aim", paddle, y])
        match physics.step(field):
            case Bounce(met):
                after.append(["b", *flying(field), -1 if met is None else met])
            case Goal(conceded, by, own):
                after.append(["point", field.step, 1 - conceded, by, int(own), 0, 0])
        if field.step % 3 == 0:
            after.append(["s", *flying(field), *field.paddles])
        told.append({"before": before, "after": after})
        hashes.append(physics.hash_of(field))
    return told, hashes


def in_the_page(field: Field, told: list[dict[str, Told]], *, states: bool, folder: Path) -> list[int]:
    """The hash after each step by the page's code; without `states` it hears of bounces, serves and points only."""
    if shutil.which("node") is None:
        (pytest.fail if os.environ.get("NODE_REQUIRED") else pytest.skip)("there is no node here")
    shutil.copy(PAGE, folder / "state.mjs")
    shutil.copy(HERE / "replay.mjs", folder)
    court = {
        "half_width": physics.HALF_WIDTH,
        "half_height": physics.HALF_HEIGHT,
        "ball": physics.BALL,
        "half_paddle": field.half_paddle,
        "paddle_speed": physics.PADDLE_SPEED,
        "columns": field.columns,
    }
    players = [{"id": n, "present": 1, "until": 0} for n, _ in enumerate(field.columns)]
    welcome = {
        "field": court,
        "players": players,
        "score": [0, 0],
        "serve_at": None,
        "state": [*flying(field), *field.paddles],
    }
    given = {
        "welcome": welcome,
        "seed": field.seed,
        "steps": len(told),
        "told": told,
        "states": states,
    }
    made = subprocess.run(
        ["node", "replay.mjs"],
        cwd=folder,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert made.returncode == 0, made.stderr
    hashes: list[int] = json.loads(made.stdout)
    return hashes


@pytest.mark.parametrize("states", [True, False], ids=["as it is", "while no states come"])
@pytest.mark.parametrize("match_type", ["1v1", "3v3"])
def test_after_every_step_of_a_recorded_match_the_page_s_state_has_the_physics_hash(
    match_type: MatchType, states: bool, tmp_path: Path
) -> None:
    recorded = {match["match_type"]: match for match in json.loads(recording.FILE.read_text())}[match_type]
    seed = physics.seed_of(recorded["match_id"])
    told, hashes = replayed(Field(match_type, seed), recorded["commands"], recorded["steps"])

    seen = in_the_page(Field(match_type, seed), told, states=states, folder=tmp_path)

    assert seen[recorded["steps_per_hash"] - 1 :: recorded["steps_per_hash"]] == recorded["hashes"]
    assert seen == hashes
