"""Tournaments of tests, called as API Gateway and the state machine do."""

from __future__ import annotations

import json
from typing import Any

from functions.play.run_tournament import run_tournament
from shared.domain.play import tournament as rules
from shared.store.play.tournaments import read_tournament
from tests.support.calls import Answer, Player, call, made_player, open_streams, service
from tests.support.database import raw_items

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


def gather(size: int, entrants: int, name: str = "player") -> tuple[list[Player], dict[str, Any]]:
    """New players and a tournament that they are in; as it was made."""
    players = [made_player(f"{name}-{n}") for n in range(entrants)]
    open_streams(*players)
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
    """A step of the state machine, of the run that stands unless another one is given."""
    stands = state_of(tournament_id).run if run is None else run
    event = {"step": name, "tournament_id": tournament_id, "run": stands, **more}
    return run_tournament(event, None)


def win(player_id: int) -> None:
    """The game server has a player win their match."""
    for _ in range(3):
        answer = call("PUT", f"/private/match/score/{player_id}/", service(), {})
        assert answer.status == 200, answer


def win_stage(tournament_id: int) -> None:
    """In every match that is being played, the first user wins."""
    for pairing in state_of(tournament_id).drawn.running():
        assert pairing.user_1
        win(pairing.user_1)


def answers() -> list[tuple[str, dict[str, Any]]]:
    """The answers to waiting executions, as they lie in the table: token and output."""
    return [
        (item["token"]["S"], json.loads(item["output"]["S"]))
        for item in raw_items()
        if item["kind"]["S"] == "wake"
    ]


def runs(tournament_id: int) -> list[dict[str, Any]]:
    """The inputs of all executions that there have been for a tournament."""
    inputs = [json.loads(item["input"]["S"]) for item in raw_items() if item["kind"]["S"] == "timer"]
    return [each for each in inputs if each.get("tournament_id") == tournament_id]
