"""The events of lobbies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from shared.domain.play.matches import MatchType
from shared.domain.play.rooms import RoomEvent
from shared.events import Event, EventKind, Occasion
from shared.wire.event_parts import ByUser, UserId
from shared.wire.instance import Instance
from shared.wire.play.lobbies import LobbyParticipant, OnlyInTeams
from shared.wire.scalars import Id

IfChanged = Annotated[bool | None, Field(exclude_if=lambda value: value is None)]


class LobbyChange(Instance):
    """The new type of its matches."""

    match_type: MatchType = Field(examples=["3v3"])
    """The size of the teams."""


class ParticipantChange(Instance):
    """The participant, and those fields that have changed."""

    id: Id
    """The participant's id."""
    creator: IfChanged = None
    """Whether the user is the creator now; only if that changed."""
    team: OnlyInTeams = None
    """The team; only if it changed."""
    is_ready: IfChanged = None
    """Whether the user is ready to play; only if that changed."""


LOBBY_JOIN = EventKind(
    code="lobby-join",
    service="lobby",
    data=LobbyParticipant,
    kwargs=ByUser,
    message="{username} joined the lobby.",
    occasions=(Occasion("a user joins", "those already in it"),),
)
LOBBY_LEAVE = EventKind(
    code="lobby-leave",
    service="lobby",
    data=UserId,
    kwargs=ByUser,
    message="{username} left the lobby.",
    occasions=(
        Occasion(
            "a participant leaves: on request, by joining elsewhere, going offline, deletion, ban, block",
            "those who stay",
        ),
    ),
)
LOBBY_BANNED = EventKind(
    code="lobby-banned",
    service="lobby",
    message="You were banned from the lobby.",
    person=True,
    occasions=(Occasion("a participant is banned, or blocked by the creator", "that user"),),
)
LOBBY_UPDATE = EventKind(
    code="lobby-update",
    service="lobby",
    data=LobbyChange,
    occasions=(Occasion("`match_type` changes", "everyone but the creator"),),
)
LOBBY_UPDATE_PARTICIPANT = EventKind(
    code="lobby-update-participant",
    service="lobby",
    data=ParticipantChange,
    occasions=(
        Occasion("team or readiness change", "everyone but the one who changed it"),
        Occasion("the creator leaves: the new creator, after `lobby-leave`", "everyone who stays"),
        Occasion(
            "a change of `match_type` makes a spectator; a departure from a clash lobby ends readiness",
            "everyone",
        ),
    ),
)
LOBBY_DESTROY = EventKind(
    code="lobby-destroy",
    service="lobby",
    message="The lobby was closed.",
    person=True,
    occasions=(Occasion("the creator leaves only guests behind", "those guests, without a `lobby-leave`"),),
)

KINDS = (
    LOBBY_JOIN,
    LOBBY_LEAVE,
    LOBBY_BANNED,
    LOBBY_UPDATE,
    LOBBY_UPDATE_PARTICIPANT,
    LOBBY_DESTROY,
)


def lobby_event(event: RoomEvent, names: Mapping[int, str], joined: LobbyParticipant | None = None) -> Event:
    """An event of a lobby. `names` has the users who join or leave; `joined` is the new participant."""
    user_id = event.user_id or 0
    match event.code:
        case "lobby-join":
            return LOBBY_JOIN.render(joined, ByUser(username=names[user_id]))
        case "lobby-leave":
            return LOBBY_LEAVE.render(UserId(id=user_id), ByUser(username=names[user_id]))
        case "lobby-update-participant":
            return LOBBY_UPDATE_PARTICIPANT.render(ParticipantChange(id=user_id, **event.fields))
        case "lobby-update":
            return LOBBY_UPDATE.render(LobbyChange(**event.fields))
        case "lobby-banned":
            return LOBBY_BANNED.render()
        case "lobby-destroy":
            return LOBBY_DESTROY.render()
    raise ValueError(event.code)
