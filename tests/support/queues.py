"""Queueing for matches in tests."""

from __future__ import annotations

from tests.support.calls import call
from tests.support.players import Player


def join_queue(player: Player, queue: str = "duel") -> int:
    """A player joins a queue; the status."""
    return call("POST", f"/play/{queue}/", player.access).status


def leave_queue(player: Player, queue: str = "duel") -> int:
    """A player leaves a queue; the status."""
    return call("DELETE", f"/play/{queue}/", player.access).status
