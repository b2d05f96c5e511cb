"""The events that lobbies and tournaments share, in their wire form."""

from __future__ import annotations

from shared.events import Event, render
from shared.store.accounts.users import Account


def invitation(code: str, inviter: Account, room_id: int, room_code: str) -> Event:
    """For an invited friend. `code` is the event's code for this kind of room."""
    return render(
        code,
        data={"id": room_id, "code": room_code},
        kwargs={"username": inviter.user.username, "code": room_code},
    )


def room_message(code: str, author: Account, content: str) -> Event:
    """A message for the others in a room; `code` is the event's code."""
    data = {"id": author.user.id, "content": content}
    return render(code, data=data, kwargs={"username": author.user.username})
