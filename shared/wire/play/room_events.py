"""Invitations and messages: the events that lobbies and tournaments share."""

from __future__ import annotations

from collections.abc import Mapping

from shared.events import Event, EventKind, Occasion, Target
from shared.store.accounts.users import Account
from shared.wire.event_parts import ByUser, Inviter, PlaceCode, RoomText


def _invite(code: str, page: str, room: str, when: str) -> EventKind:
    return EventKind(
        code=code,
        service="invite",
        data=PlaceCode,
        kwargs=Inviter,
        message=f"{{username}} invites you to {room}.",
        person=True,
        targets=(Target(f"/{page}/{{code}}", display_name="Join", display_icon="/assets/icons/join.svg"),),
        occasions=(Occasion(when, "the friend"),),
    )


def _message(service: str) -> EventKind:
    return EventKind(
        code=f"{service}-message",
        service="lobby" if service == "lobby" else "tournament",
        data=RoomText,
        kwargs=ByUser,
        message="{username} wrote a message.",
        occasions=(Occasion("a message", "everyone else in it without a block between them and the author"),),
    )


LOBBY_MESSAGE = _message("lobby")
TOURNAMENT_MESSAGE = _message("tournament")

INVITATIONS = (
    _invite("invite-clash", "lobby", "a clash lobby", "an invitation to a clash lobby"),
    _invite("invite-1v1", "lobby", "a 1v1 game", "an invitation to a custom game, by its `match_type`"),
    _invite("invite-3v3", "lobby", "a 3v3 game", "an invitation to a custom game, by its `match_type`"),
    _invite("invite-tournament", "tournament", "a tournament", "an invitation to a tournament"),
)

BY_CODE: Mapping[str, EventKind] = {
    kind.code: kind for kind in (LOBBY_MESSAGE, TOURNAMENT_MESSAGE, *INVITATIONS)
}


def invitation(code: str, inviter: Account, room_id: int, room_code: str) -> Event:
    """For an invited friend. `code` is the event's code for this kind of room."""
    words = Inviter(username=inviter.user.username, code=room_code)
    return BY_CODE[code].render(PlaceCode(id=room_id, code=room_code), words)


def room_message(code: str, author: Account, content: str) -> Event:
    """A message for the others in a room; `code` is the event's code."""
    text = RoomText(id=author.user.id, content=content)
    return BY_CODE[code].render(text, ByUser(username=author.user.username))
