"""All that is held about a user, as the file that they can download."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from shared.wire.chats import ExportedChat
from shared.wire.matches import MatchInstance
from shared.wire.places import QueueTicket
from shared.wire.relations import Blocked, FriendRequest
from shared.wire.scalars import Id, Instant
from shared.wire.users import Friendship, Me, ProfilePicture, StatsLine, TrophyEntry


class FriendsData(BaseModel):
    """Relations to others."""

    friends: list[Friendship]
    friend_requests_sent: list[FriendRequest]
    friend_requests_received: list[FriendRequest]
    blocked_users: list[Blocked]


class GameData(BaseModel):
    """What was played."""

    matches: list[MatchInstance]
    tournament: list[dict[str, Any]]


class AccountData(BaseModel):
    """How the account is secured. Of a password only that it is there: what is stored of it stays here."""

    has_password: bool
    password_changes: int = Field(ge=0, examples=[1])
    new_friend_requests: list[Id]
    """Received friend requests that weren't listed yet."""
    unread_chats: list[Id]
    """Conversations with unread messages."""


class PlaceData(BaseModel):
    """Where the user is just now."""

    event_streams: list[str] = Field(examples=[["sse-1"]])
    """The servers that hold an open event stream of yours."""
    last_online: Instant
    queue: QueueTicket | None
    match: MatchInstance | None
    """The match being played."""


class Export(BaseModel):
    """Everything held about a user."""

    model_config = ConfigDict(title="UserData")

    user_data: Me
    profile_pictures_data: list[ProfilePicture]
    friends_data: FriendsData
    stats_data: list[StatsLine]
    chat_data: list[ExportedChat]
    game_data: GameData
    trophies_data: list[TrophyEntry]
    """How your trophies changed."""
    account_data: AccountData
    place_data: PlaceData
