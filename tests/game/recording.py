"""Matches that both implementations of the physics must reproduce: `python -m tests.game.recording` writes them.

Written anew only when the rules of docs/game-protocol.md change, and then its version as well.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from game import physics
from game.physics import Bounce, Field, Goal, MatchType

FILE = Path(__file__).with_name("recorded_matches.json")

MATCH_ID = 115_719_102_724_933
STEPS = 3_600
STEPS_PER_HASH = 60
SERVE_AFTER = 60

Json = dict[str, Any]


def play(match_type: MatchType) -> Json:
    """A match of a minute: the commands in their order, what happened, and the hash after each second."""
    field = Field(match_type, physics.seed_of(MATCH_ID))
    commands: list[list[Any]] = []
    happened: list[list[Any]] = []
    hashes: list[int] = []
    serve_at, towards = SERVE_AFTER, physics.RIGHT
    for now in range(STEPS):
        if now == serve_at:
            commands.append([now, "serve", towards])
            physics.serve(field, towards)
        for aimed, y in _aims(field, now):
            commands.append([now, "aim", aimed, y])
            physics.aim(field, aimed, y)
        match physics.step(field):
            case Bounce(paddle):
                happened.append([field.step, "bounce", paddle])
            case Goal(conceded, by, own):
                happened.append([field.step, "goal", conceded, by, own])
                serve_at, towards = field.step + SERVE_AFTER, conceded
        if field.step % STEPS_PER_HASH == 0:
            hashes.append(physics.hash_of(field))
    return {
        "match_type": match_type,
        "match_id": MATCH_ID,
        "steps": STEPS,
        "steps_per_hash": STEPS_PER_HASH,
        "commands": commands,
        "happened": happened,
        "hashes": hashes,
        "last": field.numbers,
    }


def _aims(field: Field, now: int) -> list[tuple[int, int]]:
    """Every player looks four times a second, each at another moment, and goes near the ball: some too far."""
    return [
        (paddle, field.y + (now * 7_919 + paddle * 104_729) % 3_200 - 1_600)
        for paddle in range(len(field.columns))
        if (now + paddle * 3) % 15 == 0
    ]


def main() -> None:
    """Write the file, a command or hash beside the other."""
    lines = [json.dumps(play(match_type)) for match_type in physics.LEFT_PADDLES]
    FILE.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
