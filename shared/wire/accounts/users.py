"""Users as the contract shows them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, cast

from pydantic import ConfigDict, Field

from shared.domain.accounts.pictures import PICTURES, Picture
from shared.domain.accounts.statistics import LINES, LineName, Statistics
from shared.store.accounts.users import Account
from shared.store.play.matches import TrophyChange
from shared.store.social.relations import PairRow
from shared.wire.instance import Instance
from shared.wire.scalars import Code, Id, Instant, OnlyIfSet, Trophies

AcceptChatFrom = Literal["none", "friends_only", "everyone"]


class SmallProfilePicture(Instance):
    """A profile picture in its small sizes."""

    model_config = ConfigDict(title="SmallProfilePictureInstance")

    id: int = Field(examples=[1])
    name: str = Field(examples=["Register"])
    small: str = Field(examples=["/assets/profile_pictures/register_small.png"])
    medium: str = Field(examples=["/assets/profile_pictures/register_medium.png"])

    @classmethod
    def of(cls, picture: Picture) -> SmallProfilePicture:
        """The picture, small."""
        return cls(id=picture.id, name=picture.name, small=picture.url("small"), medium=picture.url("medium"))


class ProfilePicture(Instance):
    """A profile picture, as you see it."""

    model_config = ConfigDict(title="ProfilePictureInstance")

    id: int = Field(examples=[1])
    name: str = Field(examples=["Register"])
    unlock_reason: str = Field(examples=["Register."])
    unlock: bool
    is_equiped: bool
    url: str = Field(examples=["/assets/profile_pictures/register.png"])
    small: str = Field(examples=["/assets/profile_pictures/register_small.png"])
    medium: str = Field(examples=["/assets/profile_pictures/register_medium.png"])
    large: str = Field(examples=["/assets/profile_pictures/register_large.png"])

    @classmethod
    def of(cls, picture: Picture, *, unlocked: bool, equipped: bool) -> ProfilePicture:
        """The picture as its owner sees it."""
        return cls(
            id=picture.id,
            name=picture.name,
            unlock_reason=picture.unlock_reason,
            unlock=unlocked,
            is_equiped=equipped,
            url=picture.url(),
            small=picture.url("small"),
            medium=picture.url("medium"),
            large=picture.url("large"),
        )

    @classmethod
    def all_of(cls, unlocked: Collection[int], equipped: int) -> list[ProfilePicture]:
        """All pictures, by id: the equipped one first, then the unlocked ones, then the others."""
        order = sorted(PICTURES, key=lambda p: (p.id != equipped, p.id not in unlocked, p.id))
        return [
            cls.of(picture, unlocked=picture.id in unlocked, equipped=picture.id == equipped)
            for picture in order
        ]


class Status(Instance):
    """Whether a user is there, and playing."""

    is_online: bool = Field(examples=[True])
    game_playing: Code | None = Field(examples=[None])
    """The code of the match being played."""
    last_online: Instant

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
    username: str = Field(examples=["alice", "bob"])
    is_guest: bool
    profile_picture: SmallProfilePicture
    status: Status
    trophies: Trophies

    @classmethod
    def of(cls, account: Account) -> SmallUser:
        """The user of an account, small."""
        user = account.user
        return cls(
            id=user.id,
            username=user.username,
            is_guest=user.is_guest,
            profile_picture=SmallProfilePicture.of(PICTURES[user.picture]),
            status=Status.of(account),
            trophies=user.trophies,
        )


class DeletedUser(Instance):
    """What is left of a deleted user in other people's matches."""

    model_config = ConfigDict(title="DeletedUserInstance")

    id: Id
    username: Literal["deleted-user"] = "deleted-user"


class Friendship(Instance):
    """A friendship, seen from one side."""

    model_config = ConfigDict(title="FriendInstance")

    id: Id
    friend: SmallUser
    friend_win: int = Field(ge=0, examples=[3])
    """Matches that the friend has won against you. All these numbers count from the friendship's beginning."""
    me_win: int = Field(ge=0, examples=[4])
    friends_since: Instant
    matches_play_against: int = Field(ge=0, examples=[7])
    matches_played_together: int = Field(ge=0, examples=[2])
    matches_won_together: int = Field(ge=0, examples=[1])

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
    username: str = Field(examples=["alice"])
    is_guest: bool
    created_at: Instant
    profile_picture: SmallProfilePicture
    accept_friend_request: bool = Field(examples=[True])
    accept_chat_from: AcceptChatFrom = Field(examples=["friends_only"])
    trophies: Trophies
    notifications: Notifications
    is_online: bool = Field(examples=[True])
    last_online: Instant

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


class StatsLine(Instance):
    """One game mode, or all of them. Fields that a mode doesn't have are left out."""

    model_config = ConfigDict(title="StatsInstance")

    id: Id
    game_mode: LineName
    game_played: int = Field(ge=0, examples=[12])
    wins: int = Field(ge=0, examples=[7])
    scored: int = Field(ge=0, examples=[27])
    longest_win_streak: int = Field(ge=0, examples=[4])
    current_win_streak: int = Field(ge=0, examples=[2])
    own_goals: OnlyIfSet = None
    """Only in clash."""
    tournament_wins: OnlyIfSet = None
    """Only in tournament."""


def stats_lines(user_id: int, statistics: Statistics) -> list[StatsLine]:
    """All lines of a user, `global` first. User ids are multiples of 8, so the ids in between are for the lines."""
    lines = []
    for n, name in enumerate(LINES):
        line = statistics.line(name)
        lines.append(
            StatsLine(
                id=user_id + n,
                game_mode=name,
                game_played=line.game_played,
                wins=line.wins,
                scored=line.scored,
                longest_win_streak=line.longest_win_streak,
                current_win_streak=line.current_win_streak,
                own_goals=line.own_goals if name == "clash" else None,
                tournament_wins=line.tournament_wins if name == "tournament" else None,
            )
        )
    return lines


class TrophyEntry(Instance):
    """One change of trophies and the total after it."""

    model_config = ConfigDict(title="RankedStatsInstance")

    id: Id
    trophies: int = Field(examples=[32])
    total_trophies: int = Field(ge=0, examples=[68])
    at: Instant

    @classmethod
    def of(cls, row: TrophyChange) -> TrophyEntry:
        """A stored change."""
        return cls(id=row.id, trophies=row.change, total_trophies=row.total, at=row.changed_at)
