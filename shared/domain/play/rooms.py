"""Rooms are lobbies and tournaments: the events that a change of one causes, and who hears whom in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.domain.play.bracket import Pairing

Blocks = frozenset[tuple[int, int]]
"""Pairs of a user in a room and a user whom they block, there or elsewhere."""


def blocks_of(user_id: int, blocked: Iterable[int]) -> Blocks:
    """The pairs of one user."""
    return frozenset((user_id, other) for other in blocked)


def without_blocks_of(user_id: int, blocks: Blocks) -> Blocks:
    """The pairs of the other users."""
    return frozenset(pair for pair in blocks if pair[0] != user_id)


def audience(user_ids: Iterable[int], author: int, blocks: Blocks) -> list[int]:
    """The users whom a message of one of them reaches: all others but those of a block."""
    apart = {b if a == author else a for a, b in blocks if author in (a, b)}
    return [user_id for user_id in user_ids if user_id != author and user_id not in apart]


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """An event of a lobby or tournament, before it has its wire form (shared/wire/play/)."""

    code: str
    to: tuple[int, ...]
    """The receivers' ids, in order."""
    user_id: int | None = None
    """The participant that it is about."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """The changed fields of that participant, or of the room, by their names on the wire."""
    pairing: Pairing | None = None
    """The bracket match whose result it tells."""
