"""Users as the contract shows them."""

from __future__ import annotations

from typing import Literal, cast
from weakref import WeakKeyDictionary

from pydantic import ConfigDict, Field

from shared.domain.accounts.pictures import PICTURES
from shared.store.accounts.users import Account
from shared.store.social.relations import PairRow
from shared.wire.accounts.pictures import SmallProfilePicture
from shared.wire.instance import Instance
from shared.wire.scalars import Code, Id, Instant, Trophies

AcceptChatFrom = Literal["none", "friends_only", "everyone"]


class Status(Instance):
    """Whether a user is there, and playing."""

    is_online: bool = Field(examples=[True])
    """Whether the user has an open event stream."""
    game_playing: Code | None = Field(examples=[None])
    """The code of the match being played."""
    last_online: Instant
    """When the user last came or went."""

    @classmethod
    def of(cls, account: Account) -> Status:
        """The status of an account."""
        return cls(
            is_online=account.is_online,
            game_playing=account.match_code,
            last_online=account.last_online,
        )


class SmallUser(Instance):
    """A user, as shown everywhere."""

    model_config = ConfigDict(title="SmallUserInstance")

    id: Id
    """The user's id."""
    username: str = Field(examples=["alice", "bob"])
    """The user's name."""
    is_guest: bool
    """Whether the user plays without having registered."""
    profile_picture: SmallProfilePicture
    """The picture that the user uses."""
    status: Status
    """Whether the user is online and playing."""
    trophies: Trophies
    """The user's trophies, won and lost in ranked matches."""

    @staticmethod
    def of(account: Account) -> SmallUser:
        """The user of an account, small. A page shows some users many times, and makes them once."""
        shown = _shown.get(account)
        if shown is None:
            user = account.user
            shown = _shown[account] = SmallUser(
                id=user.id,
                username=user.username,
                is_guest=user.is_guest,
                profile_picture=SmallProfilePicture.of(PICTURES[user.picture]),
                status=Status.of(account),
                trophies=user.trophies,
            )
        return shown


_shown: WeakKeyDictionary[Account, SmallUser] = WeakKeyDictionary()


class DeletedUser(Instance):
    """What is left of a deleted user in other people's matches."""

    model_config = ConfigDict(title="DeletedUserInstance")

    id: Id
    """The id that the user had."""
    username: Literal["deleted-user"] = "deleted-user"
    """Stands for the name."""


class Friendship(Instance):
    """A friendship, seen from one side."""

    model_config = ConfigDict(title="FriendInstance")

    id: Id
    """The friendship's id."""
    friend: SmallUser
    """The other user."""
    friend_win: int = Field(ge=0, examples=[3])
    """Matches that the friend has won against you. All these numbers count from the friendship's beginning."""
    me_win: int = Field(ge=0, examples=[4])
    """Matches that you have won against the friend."""
    friends_since: Instant
    """When the request was accepted."""
    matches_play_against: int = Field(ge=0, examples=[7])
    """Matches that you played on different sides."""
    matches_played_together: int = Field(ge=0, examples=[2])
    """Matches that you played on the same side."""
    matches_won_together: int = Field(ge=0, examples=[1])
    """Matches that you won on the same side."""

    @classmethod
    def of(cls, row: PairRow, user_id: int, friend: Account) -> Friendship:
        """A friendship as one of the two sees it."""
        friend_id = friend.user.id
        return cls(
            id=row.id,
            friend=SmallUser.of(friend),
            friend_win=row.wins_of(friend_id, user_id),
            me_win=row.wins_of(user_id, friend_id),
            friends_since=row.friends_since,
            matches_play_against=row.against,
            matches_played_together=row.together,
            matches_won_together=row.together_won,
        )


class UserProfile(SmallUser):
    """A user, as another user sees them."""

    model_config = ConfigDict(title="UserInstance")

    friends: Friendship | None = Field(default=None, examples=[None])
    """The friendship of the two, if there is one."""


class Notifications(Instance):
    """The numbers of things that you haven't looked at."""

    friend_requests: int = Field(ge=0, examples=[0])
    """Received friend requests that weren't listed yet."""
    chats: int = Field(ge=0, examples=[0])
    """Conversations with unread messages."""


class Me(Instance):
    """Your own account."""

    model_config = ConfigDict(title="UserMeInstance")

    id: Id
    """Your id."""
    username: str = Field(examples=["alice"])
    """Your name."""
    is_guest: bool
    """Whether you play without having registered."""
    created_at: Instant
    """When the account was made."""
    profile_picture: SmallProfilePicture
    """The picture that you use."""
    accept_friend_request: bool = Field(examples=[True])
    """Whether others may send you friend requests."""
    accept_chat_from: AcceptChatFrom = Field(examples=["friends_only"])
    """Who may start a conversation with you; `none` is nobody."""
    trophies: Trophies
    """Your trophies, won and lost in ranked matches."""
    notifications: Notifications
    """How many things wait to be looked at."""
    is_online: bool = Field(examples=[True])
    """Whether you have an open event stream."""
    last_online: Instant
    """When you last came or went."""

    @classmethod
    def of(cls, account: Account) -> Me:
        """The owner of an account. It needs an account with its inbox."""
        user, inbox = account.user, account.inbox
        return cls(
            id=user.id,
            username=user.username,
            is_guest=user.is_guest,
            created_at=user.created_at,
            profile_picture=SmallProfilePicture.of(PICTURES[user.picture]),
            accept_friend_request=user.accept_friend_request,
            accept_chat_from=cast(AcceptChatFrom, user.accept_chat_from),
            trophies=user.trophies,
            notifications=Notifications(
                friend_requests=len(inbox.friend_requests) if inbox else 0,
                chats=len(inbox.unread_chats) if inbox else 0,
            ),
            is_online=account.is_online,
            last_online=account.last_online,
        )
