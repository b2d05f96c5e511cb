"""What a live event is (docs/contract/events.md#event-objects): kinds of events, and how one becomes JSON.

The kinds are in shared/wire/<area>/, those of the stream itself here; shared/wire/catalogue.py has them all. Use cases
render an event as they write a change, so that the SSE container only routes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import TYPE_CHECKING, Any, Literal

from shared.settings import settings

if TYPE_CHECKING:  # the SSE container does without Pydantic
    from pydantic import BaseModel

Event = dict[str, Any]
"""An event in its wire form."""

Service = Literal["auth", "chat", "friends", "game", "invite", "lobby", "tournament", "user"]


@dataclass(frozen=True, slots=True)
class Target:
    """An action for the receiver of an event. `{names}` in `url` come from kwargs and data.

    The `url` of a web socket follows the address of the game server.
    """

    url: str
    type: str = "url"
    method: str | None = None
    display_name: str | None = None
    display_icon: str | None = None

    def fill(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The target in its wire form."""
        url = self.url.format_map(values)
        if self.type == "websocket":
            url = settings().game_address + url
        return {
            "url": url,
            "type": self.type,
            "method": self.method,
            "display_name": self.display_name,
            "display_icon": self.display_icon,
        }


@dataclass(frozen=True, slots=True)
class Occasion:
    """When an event is sent, and to whom."""

    when: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """One kind of event. `message` is a template over data and kwargs; a `person` should see a notification."""

    code: str
    service: Service
    occasions: tuple[Occasion, ...]
    data: type[BaseModel] | None = None
    """The model of `data`; None if it is null."""
    kwargs: type[BaseModel] | None = None
    """The model of `kwargs`; None if it is null."""
    message: str = ""
    without: Mapping[str, str] = field(default_factory=dict)
    """The message when one of these kwargs is null, which no other kwarg may be; the first one counts."""
    person: bool = False
    targets: tuple[Target, ...] = ()
    pushable: bool = True
    """Whether services may send it: none may say that a user's stream or account ends."""

    @property
    def needed_kwargs(self) -> tuple[str, ...]:
        """The names that kwargs have."""
        return tuple(self.kwargs.model_fields) if self.kwargs else ()

    @property
    def needed_data(self) -> tuple[str, ...]:
        """The names in data that message and targets need."""
        texts = [self.message, *(target.url for target in self.targets)]
        used = [name for text in texts for _, name, _, _ in Formatter().parse(text) if name]
        return tuple(name for name in dict.fromkeys(used) if name not in self.needed_kwargs)

    def render(self, data: BaseModel | None = None, kwargs: BaseModel | None = None) -> Event:
        """The event in its wire form. TypeError if data or kwargs are of another model than the kind's."""
        return self.wire(_plain(self.data, data), _plain(self.kwargs, kwargs))

    def wire(self, data: Mapping[str, Any] | None, kwargs: Mapping[str, Any] | None) -> Event:
        """The event with these JSON objects, which have all that message and targets need."""
        values = {**(data or {}), **(kwargs or {})}
        absent = (text for name, text in self.without.items() if values[name] is None)
        return {
            "service": self.service,
            "event_code": self.code,
            "type": "notification" if self.person else "event",
            "message": next(absent, self.message).format_map(values),
            "target": [target.fill(values) for target in self.targets] or None,
            "data": data,
            "kwargs": kwargs,
        }


def _plain(model: type[BaseModel] | None, value: BaseModel | None) -> dict[str, Any] | None:
    if value is None and model is None:
        return None
    if model is None or value is None or not isinstance(value, model):
        raise TypeError(f"{type(value).__name__} instead of {model.__name__ if model else None}")
    plain: dict[str, Any] = value.model_dump(mode="json")
    return plain


PING = EventKind(
    code="ping",
    service="auth",
    occasions=(Occasion("every 15 seconds", "every stream, without an id"),),
    pushable=False,
)
RESYNC = EventKind(
    code="resync",
    service="auth",
    occasions=(
        Occasion("missed events can't be sent in full: fetch the state anew", "the stream that resumes"),
    ),
    pushable=False,
)
TOKEN_EXPIRING = EventKind(
    code="token-expiring",
    service="auth",
    occasions=(
        Occasion(
            "a minute before the stream's token expires: refresh, and resume", "that stream, without an id"
        ),
    ),
    pushable=False,
)

ALL_MATCHES = 0
"""The receiver of the events of all matches, which services follow. No user has this id."""


def with_ticket(event: Event, ticket: str) -> Event:
    """The event for the holder of a match ticket: its web socket's address has the ticket."""
    targets = [
        {**target, "url": f"{target['url']}?ticket={ticket}"} if target["type"] == "websocket" else target
        for target in event["target"]
    ]
    return {**event, "target": targets}


def game_url(code: str, ticket: str) -> str:
    """Where the holder of a ticket reaches the match with this code."""
    return f"{settings().game_address}/{code}/?ticket={ticket}"


SESSIONS_ENDED = "sessions-ended"
"""An entry of the outbox for the SSE container alone; clients see the end of their streams."""


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
    tickets: Mapping[int, str] = field(default_factory=dict)
    """The receivers' match tickets: the SSE container puts each into its receiver's event."""
