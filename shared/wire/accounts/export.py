"""The file with all data about a user, for download."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import ConfigDict, Field

from shared.domain.accounts.sessions import Session
from shared.domain.chat.messages import Message
from shared.domain.play import lobby as rules
from shared.domain.play.matches import Match
from shared.domain.play.tournament import Tournament as TournamentRules
from shared.store.accounts.users import Account
from shared.store.chat.conversations import Conversation, Membership
from shared.store.social.relations import PairRow
from shared.wire.accounts.pictures import ProfilePicture
from shared.wire.accounts.statistics import StatsLine, TrophyEntry
from shared.wire.accounts.users import (
    DeletedUser,
    Friendship,
    Me,
    SmallUser,
)
from shared.wire.instance import Instance
from shared.wire.play.bracket import TournamentView
from shared.wire.play.lobbies import Lobby
from shared.wire.play.matches import MatchInstance
from shared.wire.play.queues import QueueTicket
from shared.wire.play.tournaments import PlayedTournament, Tournament
from shared.wire.scalars import Id, Instant
from shared.wire.social.relations import Blocked, FriendRequest


class ExportedFriendship(Friendship):
    """A friendship, with the request that it came from."""

    model_config = ConfigDict(title="ExportedFriendship")

    sent_at: Instant
    """When the friend request was sent."""
    sent_by: Id
    """The user who sent the friend request."""

    @classmethod
    def whole(cls, row: PairRow, user_id: int, friend: Account) -> ExportedFriendship:
        """A friendship as one of the two sees it."""
        shown = dict(Friendship.of(row, user_id, friend))
        return cls(**shown, sent_at=row.sent_at, sent_by=row.sender)


class FriendsData(Instance):
    """Relations to others."""

    friends: list[ExportedFriendship]
    """Your friends."""
    friend_requests_sent: list[FriendRequest]
    """Friend requests that you sent."""
    friend_requests_received: list[FriendRequest]
    """Friend requests that you received."""
    blocked_users: list[Blocked]
    """Users whom you have blocked."""


class ExportedMatch(MatchInstance):
    """A match, with all that is kept of it."""

    model_config = ConfigDict(title="ExportedMatch")

    finished_at: Instant | None
    """When it ended; null while it runs."""
    finish_reason: str | None = Field(examples=["normal-end"])
    """How it ended, as in `BracketMatchInstance`; null while it runs."""

    @classmethod
    def whole(cls, match: Match, accounts: Mapping[int, Account], now: datetime) -> ExportedMatch:
        """A match. `accounts` has its players who still exist."""
        shown = dict(MatchInstance.of(match, accounts, now))
        return cls(**shown, finished_at=match.finished_at, finish_reason=match.finish_reason)


class GameData(Instance):
    """What was played."""

    matches: list[ExportedMatch]
    """Your matches."""
    tournament: list[PlayedTournament]
    """The tournaments that you played."""


class ExportedMessage(Instance):
    """A message in a user's file. Its author is `deleted-user` if they have blocked the user."""

    id: Id
    """The message's id."""
    chat_id: Id
    """The conversation's id."""
    author: SmallUser | DeletedUser
    """The user who wrote it."""
    content: str = Field(examples=["Good game!"])
    """The text."""
    sent_at: Instant
    """When it was written."""
    is_read: bool
    """Whether its receiver has read it."""


class ExportedChat(Instance):
    """A conversation in a user's file, with all its messages."""

    id: Id
    """The conversation's id."""
    chat_with: SmallUser | DeletedUser
    """The other user; `deleted-user` if they have blocked the user."""
    messages: list[ExportedMessage]
    """All messages, the newest first."""
    created_at: Instant
    """When it was started."""
    view_chat: bool = Field(examples=[True])
    """Whether you see it in your list."""
    unread_messages: int = Field(ge=0, examples=[2])
    """Messages of the other user that you haven't read."""

    @classmethod
    def of(
        cls, row: Conversation, mine: Membership, written: list[Message], me: Account, other: Account
    ) -> ExportedChat:
        """A conversation of `me` with all its messages."""
        my_id = me.user.id
        partner = DeletedUser(id=other.user.id) if my_id in other.user.blocked else SmallUser.of(other)
        authors = {my_id: SmallUser.of(me), other.user.id: partner}
        messages = [
            ExportedMessage(
                id=message.id,
                chat_id=row.id,
                author=authors[message.author],
                content=message.content,
                sent_at=message.sent_at,
                is_read=row.is_read(message),
            )
            for message in written
        ]
        return cls(
            id=row.id,
            chat_with=partner,
            messages=messages,
            created_at=row.created_at,
            view_chat=not mine.hidden,
            unread_messages=row.unread(my_id),
        )


class ExportedSession(Instance):
    """A session, with what is kept of its tokens."""

    id: str = Field(examples=["9f86d081884c7d65"])
    """The session's id."""
    client: str = Field(examples=["Mozilla/5.0"])
    """The client's User-Agent."""
    created_at: Instant
    """When you logged in."""
    last_used: Instant
    """When it was last refreshed, to 5 minutes."""
    ends_at: Instant
    """When all its tokens have expired."""
    rotations: int = Field(ge=0, examples=[3])
    """How often its refresh token was replaced."""

    @classmethod
    def whole(cls, session_id: str, session: Session) -> ExportedSession:
        """All that is held of a session."""
        return cls(
            id=session_id,
            client=session.client,
            created_at=datetime.fromtimestamp(session.created, UTC),
            last_used=datetime.fromtimestamp(session.used, UTC),
            ends_at=datetime.fromtimestamp(session.ends, UTC),
            rotations=session.counter,
        )


class AccountData(Instance):
    """How the account is secured. Of the password this says only whether there is one."""

    has_password: bool
    """Whether there is a password; guests have none."""
    password_changes: int = Field(ge=0, examples=[1])
    """How often the password was changed."""
    new_friend_requests: list[Id]
    """Received friend requests that weren't listed yet."""
    unread_chats: list[Id]
    """Conversations with unread messages."""
    sessions: list[ExportedSession]
    """Your sessions."""


class ExportedLobby(Lobby):
    """A lobby. Only its creator sees the banned users; for others `banned` is empty."""

    model_config = ConfigDict(title="ExportedLobby")

    banned: list[Id]
    """The banned users."""

    @classmethod
    def whole(cls, lobby: rules.Lobby, user_id: int, accounts: Mapping[int, Account]) -> ExportedLobby:
        """A lobby as this participant may see it."""
        banned = sorted(lobby.banned) if user_id == lobby.creator else []
        return cls(**dict(Lobby.of(lobby, accounts)), banned=banned)


class ExportedTournament(Tournament):
    """A tournament. Only its creator sees the banned users; for others `banned` is empty."""

    model_config = ConfigDict(title="ExportedTournament")

    banned: list[Id]
    """The banned users."""

    @classmethod
    def whole(cls, tournament: TournamentRules, user_id: int, view: TournamentView) -> ExportedTournament:
        """A tournament as this participant may see it."""
        banned = sorted(tournament.banned) if user_id == tournament.created_by else []
        return cls(**dict(Tournament.of(tournament, view)), banned=banned)


class PlaceData(Instance):
    """Where the user is just now."""

    event_streams: list[str] = Field(examples=[["sse-1"]])
    """The servers that hold an open event stream of yours."""
    last_online: Instant
    """When you last came or went."""
    queue: QueueTicket | None
    """Your place in a queue; null without one."""
    lobby: ExportedLobby | None
    """The lobby that you are in; null without one."""
    tournament: ExportedTournament | None
    """The tournament that you are in; null without one."""
    hosted_tournament: Id | None
    """The tournament that you have created and that isn't over, whether you are in it or not."""
    match: MatchInstance | None
    """The match being played."""


class Export(Instance):
    """Everything held about a user."""

    model_config = ConfigDict(title="UserExport")

    user_data: Me
    """Your account."""
    profile_pictures_data: list[ProfilePicture]
    """The profile pictures, as you see them."""
    friends_data: FriendsData
    """Your relations to others."""
    stats_data: list[StatsLine]
    """Your statistics, by game mode."""
    chat_data: list[ExportedChat]
    """Your conversations, with all messages."""
    game_data: GameData
    """What you played."""
    trophies_data: list[TrophyEntry]
    """How your trophies changed."""
    account_data: AccountData
    """How the account is secured."""
    place_data: PlaceData
    """Where you are just now."""
