"""Matches of tests, and a game server that reports on them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from shared.store.play.clock_queue import Clock, Step
from shared.usecases.play.match_clock import Outcome, take
from shared.usecases.rerun import PATIENT_RERUNS, rerun
from tests.support.calls import Answer, call, service
from tests.support.database import items_of
from tests.support.players import Player


def create_match(game_mode: str, side_a: list[Player], side_b: list[Player]) -> Answer:
    """The game server creates a match."""
    teams = {side: [{"id": each.id} for each in players] for side, players in (("a", side_a), ("b", side_b))}
    return call("POST", "/private/match/create/", service(), {"game_mode": game_mode, "teams": teams})


def in_duel(a: Player, b: Player) -> int:
    """The id of a running duel between two users."""
    answer = create_match("duel", [a], [b])
    assert answer.status == 201, answer
    return int(answer.body["id"])


def running_match(player: Player) -> dict[str, Any]:
    """The match that a player plays, as the game server gets it."""
    answer = call("GET", f"/private/match/{player.id}/", service())
    assert answer.status == 200, answer
    body: dict[str, Any] = answer.body
    return body


def score(player: Player) -> Answer:
    """The game server reports a point of a player."""
    return call("PUT", f"/private/match/score/{player.id}/", service(), {})


def finish(match_id: int, loser: Player) -> Answer:
    """The game server reports that a player has disconnected from a match, and so lost it."""
    body = {"user_id": loser.id, "finish_reason": "player-disconnect"}
    return call("PATCH", f"/private/match/finish/{match_id}/", service(), body)


def clock_arrives(step: Step, match_id: int) -> Outcome:
    """A match's clock takes a step, again and again while it loses races."""
    return rerun(lambda: take(step, match_id), PATIENT_RERUNS)


def arrival(step: Step, match_id: int) -> dict[str, Any]:
    """What the queue of match clocks sends when a clock has arrived at a step."""
    body = json.dumps(asdict(Clock(match_id, step, 0)))
    return {"Records": [{"messageId": "message", "body": body}]}


def match_players() -> list[list[int]]:
    """For each match in the table, the ids of its players, team a first."""
    states = [json.loads(item["state"]["S"]) for item in items_of("match")]
    return [[player["id"] for side in "ab" for player in state[side]["players"]] for state in states]
