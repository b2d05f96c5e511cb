"""Rooms are lobbies and tournaments: the events that a change of one causes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.domain.play.bracket import Pairing


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
