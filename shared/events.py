"""The catalogue of live events: names, messages, targets and data (docs/contract/events.md#event-objects).

`render` makes an event's wire form. Use cases call it as they write a change, so that the SSE container only routes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from shared.domain.accounts.names import is_name
from shared.domain.errors import Invalid
from shared.domain.ids import MAX_ID, is_code
from shared.settings import settings

Event = dict[str, Any]
"""An event in its wire form."""


@dataclass(frozen=True, slots=True)
class Target:
    """An action for the receiver of an event. `{names}` in `url` come from kwargs and data."""

    url: str
    type: str = "url"
    method: str | None = None
    display_name: str | None = None
    display_icon: str | None = None

    def fill(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The target in its wire form."""
        url = self.url.format_map(values)
        if self.type == "websocket":
            url = f"wss://{urlsplit(settings().public_url).netloc}{url}"
        return {
            "url": url,
            "type": self.type,
            "method": self.method,
            "display_name": self.display_name,
            "display_icon": self.display_icon,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """One kind of event. `message` is a template over data and kwargs; a `person` should see a notification."""

    service: str
    message: str = ""
    without: Mapping[str, str] = field(default_factory=dict)
    """The message when one of these kwargs is null, which no other kwarg may be; the first one counts."""
    person: bool = False
    kwargs: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    """Keys that kwargs and data must have, because message or targets need them."""
    targets: tuple[Target, ...] = ()

    def sentence(self, values: Mapping[str, Any]) -> str:
        """The template of the message for these values."""
        absent = (text for name, text in self.without.items() if values[name] is None)
        return next(absent, self.message)


def _invite(page: str, room: str, service: str = "invite") -> EventKind:
    return EventKind(
        service=service,
        message=f"{{username}} invites you to {room}.",
        person=True,
        kwargs=("username", "code"),
        targets=(Target(f"/{page}/{{code}}", display_name="Join", display_icon="/assets/icons/join.svg"),),
    )


CATALOGUE: Mapping[str, EventKind] = {
    "ping": EventKind(service="auth"),
    "resync": EventKind(service="auth"),
    "token-expiring": EventKind(service="auth"),
    "delete-user": EventKind(service="user"),
    "profile-picture-unlocked": EventKind(
        service="user",
        message="You unlocked a profile picture.",
        person=True,
        kwargs=("id",),
        targets=(
            Target("/api/users/profile-picture/{id}/", "api", "PUT", "Use", "/assets/icons/use.svg"),
            Target("/profile-pictures", display_name="See all", display_icon="/assets/icons/pictures.svg"),
        ),
    ),
    "receive-message": EventKind(
        service="chat",
        message="{username}: {message}",
        person=True,
        kwargs=("username", "message", "chat_id"),
        targets=(Target("/chat/{chat_id}", display_name="Open", display_icon="/assets/icons/chat.svg"),),
    ),
    "game-start": EventKind(
        service="game",
        message="The match starts.",
        data=("code",),
        targets=(Target("/ws/game/{code}/", "websocket", None, "Play", "/assets/icons/play.svg"),),
    ),
    "accept-friend-request": EventKind(
        service="friends",
        message="{username} accepted your friend request.",
        person=True,
        kwargs=("username",),
    ),
    "receive-friend-request": EventKind(
        service="friends",
        message="{username} wants to be your friend.",
        person=True,
        kwargs=("id", "username"),
        targets=(
            Target(
                "/api/users/me/friend_requests/{id}/", "api", "POST", "Accept", "/assets/icons/accept.svg"
            ),
            Target(
                "/api/users/me/friend_requests/{id}/", "api", "DELETE", "Decline", "/assets/icons/decline.svg"
            ),
        ),
    ),
    "reject-friend-request": EventKind(service="friends"),
    "cancel-friend-request": EventKind(service="friends"),
    "delete-friend": EventKind(service="friends"),
    "lobby-join": EventKind(service="lobby", message="{username} joined the lobby.", kwargs=("username",)),
    "lobby-leave": EventKind(service="lobby", message="{username} left the lobby.", kwargs=("username",)),
    "lobby-banned": EventKind(service="lobby", message="You were banned from the lobby.", person=True),
    "lobby-message": EventKind(service="lobby", message="{username} wrote a message.", kwargs=("username",)),
    "lobby-update": EventKind(service="lobby"),
    "lobby-update-participant": EventKind(service="lobby"),
    "lobby-spectate-game": EventKind(
        service="lobby",
        message="The match starts: watch it.",
        data=("code",),
        targets=(Target("/ws/game/{code}/", "websocket", None, "Watch", "/assets/icons/watch.svg"),),
    ),
    "lobby-destroy": EventKind(service="lobby", message="The lobby was closed.", person=True),
    "tournament-join": EventKind(
        service="tournament", message="{username} joined the tournament.", kwargs=("username",)
    ),
    "tournament-leave": EventKind(
        service="tournament", message="{username} left the tournament.", kwargs=("username",)
    ),
    "tournament-banned": EventKind(
        service="tournament", message="You were banned from the tournament.", person=True
    ),
    "tournament-message": EventKind(
        service="tournament", message="{username} wrote a message.", kwargs=("username",)
    ),
    "tournament-start-at": EventKind(
        service="tournament", message="The tournament starts soon.", person=True
    ),
    "tournament-start-cancel": EventKind(
        service="tournament", message="The start of the tournament is cancelled.", person=True
    ),
    "tournament-start": EventKind(service="tournament", message="The tournament starts.", person=True),
    "tournament-available-spectate-matches": EventKind(service="tournament"),
    "tournament-match-finish": EventKind(
        service="tournament",
        message="{winner} beat {looser} {score_winner} to {score_looser}.",
        without={
            "winner": "A match ended without a winner.",
            "looser": "{winner} goes on without an opponent.",
        },
        kwargs=("winner", "looser", "score_winner", "score_looser", "finish_reason"),
    ),
    "tournament-finish": EventKind(
        service="tournament",
        message="{username} won the tournament {name}.",
        without={"username": "The tournament {name} ended without a winner."},
        person=True,
        kwargs=("id", "name", "username"),
        targets=(Target("/tournament/{id}", display_name="View", display_icon="/assets/icons/view.svg"),),
    ),
    "invite-clash": _invite("lobby", "a clash lobby"),
    "invite-1v1": _invite("lobby", "a 1v1 game"),
    "invite-3v3": _invite("lobby", "a 3v3 game"),
    "invite-tournament": _invite("tournament", "a tournament"),
}

NAMES_IN_KWARGS = ("username", "winner", "looser")
"""Kwargs that a service may give as a user's id; the receiver gets the name."""

OWN_CODES = ("ping", "resync", "token-expiring", "delete-user")
"""Events that the product alone sends: no service may say that a user's stream or account ends."""

SESSIONS_ENDED = "sessions-ended"
"""An entry of the outbox for the SSE container alone; clients see the end of their streams."""

_FITS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "code": (lambda value: is_code(str(value)), "must be digits"),
    "id": (lambda value: isinstance(value, int) and 0 <= value <= MAX_ID, "must be an id"),
    "chat_id": (lambda value: isinstance(value, int) and 0 <= value <= MAX_ID, "must be an id"),
}
"""What values have to be like that become parts of URLs."""


def problems(
    code: str, data: Mapping[str, Any] | None, kwargs: Mapping[str, Any] | None
) -> dict[str, list[str]]:
    """Sentences about what a service may not send, by field of the private API; empty for a good event."""
    if code in OWN_CODES or code not in CATALOGUE:
        return {"event_code": [f"Unknown event code {code!r}."]}
    sentences = _faults(CATALOGUE[code], data or {}, kwargs or {})
    for name in NAMES_IN_KWARGS:
        value = (kwargs or {}).get(name)
        if isinstance(value, str) and not is_name(value):
            sentences.setdefault("kwargs", []).append(f"{name}: must be a username or a user's id.")
    return sentences


def _faults(kind: EventKind, data: Mapping[str, Any], kwargs: Mapping[str, Any]) -> dict[str, list[str]]:
    """Sentences about what message and targets lack, by field, and about values that don't fit into them."""
    sentences: dict[str, list[str]] = {}
    for where, needed, given in (("data", kind.data, data), ("kwargs", kind.kwargs, kwargs)):
        # The catalogue has a message without some names; these may be null.
        wanted = [
            name for name in needed if not (name in kind.without and name in given and given[name] is None)
        ]
        missing = [name for name in wanted if given.get(name) is None]
        if missing:
            sentences[where] = [f"The event needs {', '.join(missing)} in {where}."]
        # Kwargs win over data of the same name, whichever of the two the event needs.
        used = kwargs if where == "kwargs" else {**data, **kwargs}
        for name in wanted:
            if name not in missing and (fault := _fault(name, used[name])):
                sentences.setdefault(where, []).append(f"{name}: {fault}.")
    return sentences


def _fault(name: str, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return "must be text or a whole number"
    fits, demand = _FITS.get(name, (None, ""))
    return demand if fits and not fits(value) else None


def render(
    code: str, *, data: Mapping[str, Any] | None = None, kwargs: Mapping[str, Any] | None = None
) -> Event:
    """The event in its wire form. Invalid if its message or targets lack data."""
    kind = CATALOGUE[code]
    if faults := _faults(kind, data or {}, kwargs or {}):
        raise Invalid(faults)
    values = {**(data or {}), **(kwargs or {})}
    return {
        "service": kind.service,
        "event_code": code,
        "type": "notification" if kind.person else "event",
        "message": kind.sentence(values).format_map(values),
        "target": [target.fill(values) for target in kind.targets] or None,
        "data": data,
        "kwargs": kwargs,
    }


def sessions_ended(session_ids: Collection[str], generation: int | None) -> Event:
    """The entry that ends the streams of these sessions.

    With a generation, it ends those of tokens without a session that are of this generation or an older one.
    """
    data = {"sessions": sorted(session_ids), "generation": generation}
    return {"event_code": SESSIONS_ENDED, "data": data}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event and its receivers, in order."""

    to: Sequence[int]
    event: Mapping[str, Any]
