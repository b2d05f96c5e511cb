"""Friend requests, friendships and blocks of tests, and the events that they sent."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tests.support.calls import Answer, Player, call
from tests.support.database import raw_items


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


def listed(player: Player, what: str) -> list[dict[str, Any]]:
    """What a list under /users/me/ shows to a player."""
    answer = call("GET", f"/users/me/{what}/", player.access)
    assert answer.status == 200, answer
    results: list[dict[str, Any]] = answer.body["results"]
    assert len(results) == min(20, answer.body["count"])
    return results


def sent_events(of: Iterable[str] | None = None) -> list[tuple[str, tuple[int, ...], Any]]:
    """Every event in the table, oldest first, of these kinds if they are given: code, recipients, data."""
    found = []
    for item in raw_items():
        if item["kind"]["S"] == "outbox":
            for n, entry in enumerate(json.loads(item["entries"]["S"])):
                event = entry["event"]
                found.append(
                    (int(item["id"]["N"]), n, event["event_code"], tuple(entry["to"]), event["data"])
                )
    found.sort(key=lambda event: event[:2])
    return [event[2:] for event in found if of is None or event[2] in of]
