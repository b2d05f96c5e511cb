"""Lobbies of tests."""

from __future__ import annotations

from typing import Any

from tests.support.calls import Answer, call, refusal
from tests.support.database import raw_items
from tests.support.invariants.whole_table import assert_whole
from tests.support.players import Player

LOBBY = "/play/lobby/"


def make_lobby(player: Player, game_mode: str = "custom_game", **more: Any) -> dict[str, Any]:
    """A lobby that a player makes."""
    answer = call("POST", LOBBY, player.access, {"game_mode": game_mode, **more})
    assert answer.status == 201, answer
    body: dict[str, Any] = answer.body
    return body


def join(player: Player, code: str) -> Answer:
    """A player joins a lobby."""
    return call("POST", f"{LOBBY}{code}/", player.access)


def gather(game_mode: str, *players: Player, **more: Any) -> dict[str, Any]:
    """A lobby that the first player makes and the others join, as the first player then gets it."""
    lobby = make_lobby(players[0], game_mode, **more)
    for player in players[1:]:
        answer = join(player, lobby["code"])
        assert answer.status == 201, answer
    return see(players[0])


def see(player: Player) -> dict[str, Any]:
    """The lobby that a player is in."""
    answer = call("GET", LOBBY, player.access)
    assert answer.status == 200, answer
    body: dict[str, Any] = answer.body
    return body


def change_member(player: Player, code: str, **part: Any) -> Answer:
    """A player changes their team or readiness."""
    return call("PATCH", f"{LOBBY}{code}/", player.access, part)


def ready(player: Player, code: str) -> Answer:
    """A player gets ready."""
    return change_member(player, code, is_ready=True)


def assert_refused(answer: Answer, status: int, code: str) -> None:
    """The answer is this error, and the table is whole."""
    assert refusal(answer) == (status, code)
    assert_whole(raw_items())


def all_ready(lobby: dict[str, Any], *players: Player) -> None:
    """Players get ready one after the other."""
    for player in players:
        assert ready(player, lobby["code"]).status == 200


def change_settings(player: Player, **settings: Any) -> Answer:
    """A player changes the lobby's settings."""
    return call("PATCH", LOBBY, player.access, settings)


def leave(player: Player, code: str) -> Answer:
    """A player leaves a lobby."""
    return call("DELETE", f"{LOBBY}{code}/", player.access)


def ban(player: Player, code: str, user_id: int) -> Answer:
    """A player bans a user from a lobby."""
    return call("DELETE", f"{LOBBY}{code}/ban/{user_id}/", player.access)


def invite(player: Player, code: str, user_id: int) -> Answer:
    """A player invites a user to a lobby."""
    return call("POST", f"{LOBBY}{code}/invite/{user_id}/", player.access)


def say(player: Player, code: str, content: Any) -> Answer:
    """A player sends a message to a lobby."""
    return call("POST", f"{LOBBY}{code}/message/", player.access, {"content": content})


def members(lobby: dict[str, Any]) -> list[tuple[int, str | None, bool]]:
    """Id, team and readiness of each member of a lobby."""
    return [(each["id"], each.get("team"), each["is_ready"]) for each in lobby["participants"]]
