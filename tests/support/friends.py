"""Friend requests, friendships and blocks of tests."""

from __future__ import annotations

from typing import Any

from tests.support.calls import Answer, call
from tests.support.players import Player


def ask(sender: Player, receiver: Player) -> int:
    """A friend request; its id."""
    answer = call("POST", "/users/me/friend_requests/", sender.access, {"username": receiver.name})
    assert answer.status == 201, answer
    return int(answer.body["id"])


def befriend(sender: Player, receiver: Player) -> int:
    """A friendship; its id."""
    request = ask(sender, receiver)
    answer = accept(receiver, request)
    assert answer.status == 201, answer
    return request


def accept(player: Player, request: int) -> Answer:
    """A player accepts a request."""
    return call("POST", f"/users/me/friend_requests/{request}/", player.access)


def end_request(player: Player, request: int) -> Answer:
    """A player cancels or rejects a request."""
    return call("DELETE", f"/users/me/friend_requests/{request}/", player.access)


def remove(player: Player, friendship: int) -> Answer:
    """A player ends a friendship."""
    return call("DELETE", f"/users/me/friends/{friendship}/", player.access)


def block(player: Player, other: Player) -> Answer:
    """A player blocks another."""
    return call("POST", "/users/me/blocked/", player.access, {"user_id": other.id})


def unblock(player: Player, block_id: int) -> Answer:
    """A player ends a block."""
    return call("DELETE", f"/users/me/blocked/{block_id}/", player.access)


def listed(player: Player, path: str) -> list[dict[str, Any]]:
    """The first page of a list under /users/me/, as the player gets it."""
    answer = call("GET", f"/users/me/{path}/", player.access)
    assert answer.status == 200, answer
    results: list[dict[str, Any]] = answer.body["results"]
    assert len(results) == min(20, answer.body["count"])
    return results
