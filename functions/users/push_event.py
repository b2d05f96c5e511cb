"""POST and GET /private/users/: a service sends a live event to users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint
from pydantic import BaseModel, Field

from shared.domain.accounts.errors import UsersNotConnected
from shared.domain.errors import Invalid
from shared.http.bodies import Body
from shared.http.endpoint import Auth, endpoint
from shared.store import keys
from shared.store.accounts.users import User, read_presence, read_users
from shared.store.unit_of_work import UnitOfWork
from shared.wire.catalogue import CATALOGUE
from shared.wire.pushed_events import NAMES_IN_KWARGS, problems
from shared.wire.scalars import GivenId, Id

bp = Blueprint(__name__)

MAX_USERS = 1000
"""The event and its receivers have to fit into one item of the table."""


class PushedEvent(Body):
    """An event and who gets it. In kwargs, `username`, `winner` and `looser` may be users' ids."""

    users_id: list[GivenId] = Field(min_length=1, max_length=MAX_USERS)
    """The receivers' ids."""
    event_code: str = Field(examples=["lobby-join"])
    """The event's code, from the catalogue."""
    data: dict[str, Any] | None = Field(default=None, examples=[None])
    """The event's `data`; any object."""
    kwargs: dict[str, Any] | None = Field(default=None, examples=[{"username": "alice"}])
    """The event's `kwargs`: what its message and targets are made of."""


class EventSent(BaseModel):
    """What was sent, as it came."""

    users_id: list[Id]
    """The receivers' ids."""
    event_code: str = Field(examples=["lobby-join"])
    """The event's code."""
    data: dict[str, Any] | None = Field(examples=[None])
    """The event's `data`; null without any."""
    kwargs: dict[str, Any] | None = Field(examples=[{"username": "alice"}])
    """The event's `kwargs`; null without any."""


@endpoint(
    bp,
    ("POST", "GET"),
    "/private/users/",
    auth=Auth.SERVICE,
    status=201,
    errors=[Invalid, UsersNotConnected],
)
def push_event(body: PushedEvent) -> EventSent:
    """Send an event to users. 404 if none of them is connected.

    Those who aren't connected just now get it if they come back in time with `Last-Event-ID`.
    """
    if missing := problems(body.event_code, body.data, body.kwargs):
        raise Invalid(missing)
    work = UnitOfWork()
    ids = _ids_in(body.kwargs or {})
    presence = read_presence(body.users_id, work.now)
    known = [user_id for user_id in dict.fromkeys(body.users_id) if user_id in presence]
    if not any(presence.values()):
        raise UsersNotConnected
    kwargs = _with_names(body.kwargs, ids, read_users(ids.values()))
    event = CATALOGUE[body.event_code].wire(body.data, kwargs)
    work.emit(keys.account(known[0]), known, event)
    work.commit()
    return EventSent(**body.model_dump())


def _with_names(
    kwargs: dict[str, Any] | None, ids: Mapping[str, int], users: Mapping[int, User]
) -> dict[str, Any] | None:
    """The kwargs with names instead of users' ids. Invalid for an unknown id."""
    if kwargs is None:
        return None
    unknown = [name for name, user_id in ids.items() if user_id not in users]
    if unknown:
        raise Invalid({"kwargs": [f"{name}: no such user." for name in unknown]})
    return {**kwargs, **{name: users[user_id].username for name, user_id in ids.items()}}


def _ids_in(kwargs: Mapping[str, Any]) -> dict[str, int]:
    """The kwargs that have a user's id for a name."""
    values = {name: kwargs.get(name) for name in NAMES_IN_KWARGS}
    return {name: value for name, value in values.items() if type(value) is int}
