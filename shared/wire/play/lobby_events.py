"""The events of lobbies, in their wire form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.domain.play.rooms import RoomEvent
from shared.events import Event, render
from shared.wire.play.lobbies import LobbyParticipant


def lobby_event(event: RoomEvent, names: Mapping[int, str], joined: LobbyParticipant | None = None) -> Event:
    """An event of a lobby. `names` has the users who join or leave; `joined` is the new participant."""
    kwargs = None
    if event.code in ("lobby-join", "lobby-leave"):
        kwargs = {"username": names[event.user_id or 0]}
    return render(event.code, data=_data(event, joined), kwargs=kwargs)


def _data(event: RoomEvent, joined: LobbyParticipant | None) -> Mapping[str, Any] | None:
    match event.code:
        case "lobby-join":
            return joined.model_dump(mode="json") if joined else None
        case "lobby-leave" | "lobby-update-participant":
            return {"id": event.user_id, **event.fields}
        case "lobby-update":
            return event.fields
    return None
