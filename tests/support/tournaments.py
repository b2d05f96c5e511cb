"""Tournaments of tests, by the API and the state machine."""

from __future__ import annotations

import json
from typing import Any

from functions.play.run_tournament import run_tournament
from shared.domain.play import tournament as rules
from shared.store.play.tournaments import read_tournament
from tests.support.calls import Answer, call, service
from tests.support.database import items_of
from tests.support.players import Player, players_online

TOURNAMENT = "/play/tournament/"


def make_tournament(player: Player, size: int = 4, **more: Any) -> dict[str, Any]:
    """A tournament that a player makes."""
    answer = call("POST", TOURNAMENT, player.access, {"name": "Autumn Cup", "size": size, **more})
    assert answer.status == 201, answer
    body: dict[str, Any] = answer.body
    return body


def enter(player: Player, code: str) -> Answer:
    """A player joins a tournament."""
    return call("POST", f"{TOURNAMENT}{code}/", player.access)


def leave(player: Player, code: str) -> Answer:
    """A player leaves a tournament."""
    return call("DELETE", f"{TOURNAMENT}{code}/", player.access)


def ban(player: Player, code: str, user_id: int) -> Answer:
    """A player bans a participant."""
    return call("DELETE", f"{TOURNAMENT}{code}/ban/{user_id}/", player.access)


def see(player: Player) -> dict[str, Any]:
    """The tournament that a player is in."""
    answer = call("GET", TOURNAMENT, player.access)
    assert answer.status == 200, answer
    body: dict[str, Any] = answer.body
    return body


def gather(size: int, entrants: int, name: str = "entrant") -> tuple[list[Player], dict[str, Any]]:
    """New players in a new tournament, and the tournament as its creator got it."""
    players = players_online(entrants, name)
    made = make_tournament(players[0], size)
    for player in players[1:]:
        answer = enter(player, made["code"])
        assert answer.status == 201, answer
    return players, made


def state_of(tournament_id: int) -> rules.Tournament:
    """A tournament as it is stored."""
    row = read_tournament(tournament_id)
    assert row is not None
    return row.state


def step(name: str, tournament_id: int, run: int | None = None, **more: Any) -> Any:
    """Run a step of the state machine, of the current run unless another one is given; returns its output."""
    current = state_of(tournament_id).run if run is None else run
    event = {"step": name, "tournament_id": tournament_id, "run": current, **more}
    return run_tournament(event, None)


def point(player_id: int) -> Answer:
    """The game server reports a point of a player."""
    return call("PUT", f"/private/match/score/{player_id}/", service(), {})


def win(player_id: int) -> None:
    """The game server reports three points of a player, who so wins their match."""
    for _ in range(3):
        answer = point(player_id)
        assert answer.status == 200, answer


def win_stage(tournament_id: int) -> None:
    """In every match that runs, the first user wins."""
    for pairing in state_of(tournament_id).drawn.running():
        assert pairing.user_1
        win(pairing.user_1)


def execution_answers() -> list[tuple[str, dict[str, Any]]]:
    """Token and output of every answer to a waiting execution in the table."""
    return [(item["token"]["S"], json.loads(item["output"]["S"])) for item in items_of("wake")]


def verdicts(token: str) -> list[str]:
    """The verdicts in the answers to the execution that waits with a token."""
    return [output["verdict"] for answered, output in execution_answers() if answered == token]


def executions(tournament_id: int) -> list[dict[str, Any]]:
    """The inputs of all executions that have begun for a tournament."""
    inputs = [json.loads(item["input"]["S"]) for item in items_of("timer")]
    return [each for each in inputs if each.get("tournament_id") == tournament_id]
