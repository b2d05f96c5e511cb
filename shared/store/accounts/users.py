"""Users: profile, name and password, inbox; and the account, all that one request needs to know of a user."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
)

from shared.domain.accounts.pictures import Achievements
from shared.domain.accounts.statistics import Statistics
from shared.store import keys
from shared.store.accounts.seats import Leases, Seat
from shared.store.base import (
    Condition,
    Item,
    Key,
    UTCDateTimeAttribute,
    Versioned,
    read_item,
    read_items,
    size,
)


class User(Versioned, discriminator="user"):
    """A registered user or a guest, with statistics and the lengths of the user's lists.

    `rev` counts the changes of statistics, trophies and list lengths: whoever computes new ones from old ones
    insists on it. Settings change without it.
    """

    id = NumberAttribute()
    username = UnicodeAttribute()
    is_guest = BooleanAttribute()
    created_at = UTCDateTimeAttribute()
    generation = NumberAttribute(default=0)
    """Counts password changes; refresh tokens of an older generation are revoked."""
    accept_friend_request = BooleanAttribute(default=True)
    accept_chat_from = UnicodeAttribute(default="friends_only")
    picture = NumberAttribute()
    pictures = NumberSetAttribute()
    """The ids of the unlocked pictures."""
    blocked = NumberSetAttribute(null=True)
    """Ids of the users whom this one has blocked, at most 50."""
    trophies = NumberAttribute(default=0)
    stats = JSONAttribute(default=dict)
    matches_played = NumberAttribute(default=0)
    trophy_changes = NumberAttribute(default=0)

    @property
    def user_id(self) -> int:
        """The id as an int."""
        return int(self.id)

    @property
    def statistics(self) -> Statistics:
        """The statistics as the domain knows them."""
        return Statistics.from_json(self.stats)

    @property
    def blocked_ids(self) -> frozenset[int]:
        """Ids of the users whom this one has blocked."""
        return frozenset(int(user_id) for user_id in self.blocked or ())

    @staticmethod
    def has_room_to_block(limit: int) -> Condition:
        """Holds while the user has blocked less than `limit` others."""
        room: Condition = User.blocked.does_not_exist() | (size(User.blocked) < limit)
        return room

    @property
    def picture_ids(self) -> frozenset[int]:
        """Ids of the unlocked pictures."""
        return frozenset(int(picture) for picture in self.pictures)

    def achievements(self) -> Achievements:
        """What pictures are given for, friends left out: those are counted where friendships are made."""
        return Achievements(is_guest=self.is_guest, statistics=self.statistics, trophies=int(self.trophies))


class Credential(Item, discriminator="credential"):
    """Owner of a username and the password that proves it; guests have none."""

    user_id = NumberAttribute()
    password_hash = UnicodeAttribute(null=True)
    generation = NumberAttribute(default=0)


class Inbox(Item, discriminator="inbox"):
    """What a user hasn't looked at; kept by whoever writes a request or a message. Made with the account.

    A set of ids and no counter: adding and removing an id may be repeated, so that it can't drift.
    """

    friend_requests = NumberSetAttribute(null=True)
    """Ids of the received friend requests that weren't listed yet."""
    unread_chats = NumberSetAttribute(null=True)
    """Ids of the conversations with unread messages."""

    @classmethod
    def of(cls, user_id: int) -> Inbox:
        """The item of a user, not read; as it is stored, an empty one."""
        return cls.at(keys.inbox(user_id))

    @property
    def new_requests(self) -> frozenset[int]:
        """Ids of the received friend requests that weren't listed yet."""
        return frozenset(int(request) for request in self.friend_requests or ())

    @property
    def unread_chat_ids(self) -> frozenset[int]:
        """Ids of the conversations with unread messages."""
        return frozenset(int(chat) for chat in self.unread_chats or ())


@dataclass(frozen=True, slots=True)
class Account:
    """A user with what changes as the user comes and goes; read in one batch."""

    user: User
    seat: Seat
    alive: frozenset[str]
    """Ids of the SSE containers that are alive."""
    inbox: Inbox | None = None
    match_code: str | None = None
    """The code of the match that the user plays."""

    def in_match(self, code: str | None) -> Account:
        """The same account after a change that begins a match, or ends the running one (None)."""
        return replace(self, match_code=code)

    @property
    def is_online(self) -> bool:
        """Whether the user has a stream on a container that is alive."""
        return not self.alive.isdisjoint(self.seat.container_ids)

    @property
    def last_online(self) -> datetime:
        """When the user came or went for the last time; never having been there, when the account was made."""
        came_or_went: datetime | None = self.seat.last_online
        return came_or_went or self.user.created_at


def read_user(user_id: int) -> User | None:
    """The user, or None. One GetItem."""
    item = read_item(keys.user(user_id))
    return item if isinstance(item, User) else None


def read_credential(username: str) -> Credential | None:
    """Who owns a username, or None. One GetItem."""
    item = read_item(keys.credential(username))
    return item if isinstance(item, Credential) else None


def read_users(user_ids: Iterable[int]) -> dict[int, User]:
    """Users by id, without those that don't exist. One BatchGetItem per 100."""
    found = read_items(keys.user(user_id) for user_id in user_ids)
    return {item.user_id: item for item in found.values() if isinstance(item, User)}


def read_usernames(user_ids: Iterable[int]) -> dict[int, str]:
    """The present names of users by id, without those who don't exist. One BatchGetItem per 100."""
    wanted = {keys.user(user_id): user_id for user_id in user_ids}
    found = read_items(wanted, only=["username"])
    return {wanted[key]: item.username for key, item in found.items() if isinstance(item, User)}


def account_keys(user_ids: Iterable[int]) -> list[Key]:
    """The keys that accounts are made of."""
    return [keys.leases(), *(key for user_id in user_ids for key in (keys.user(user_id), keys.seat(user_id)))]


def accounts_in(found: Mapping[Key, Item], user_ids: Iterable[int], now: datetime) -> dict[int, Account]:
    """Accounts by user id out of items read under `account_keys`, without users that don't exist."""
    leases = found.get(keys.leases())
    alive = leases.alive(now) if isinstance(leases, Leases) else frozenset()
    accounts = {}
    for user_id in user_ids:
        user, seat = found.get(keys.user(user_id)), found.get(keys.seat(user_id))
        inbox = found.get(keys.inbox(user_id))
        if isinstance(user, User) and isinstance(seat, Seat):
            accounts[user_id] = Account(
                user, seat, alive, inbox if isinstance(inbox, Inbox) else None, seat.match_code
            )
    return accounts


def read_accounts(
    user_ids: Iterable[int], now: datetime, *, inbox_of: int | None = None
) -> dict[int, Account]:
    """Accounts by user id, without those that don't exist. One BatchGetItem per 49 users."""
    ids = tuple(dict.fromkeys(user_ids))
    inbox = [] if inbox_of is None else [keys.inbox(inbox_of)]
    return accounts_in(read_items(account_keys(ids) + inbox), ids, now)


def read_presence(user_ids: Iterable[int], now: datetime) -> dict[int, bool]:
    """Whether each user is online, without those who don't exist. One BatchGetItem per 99 users."""
    wanted = {keys.seat(user_id): user_id for user_id in user_ids}
    found = read_items([keys.leases(), *wanted])
    leases = found.pop(keys.leases(), None)
    alive = leases.alive(now) if isinstance(leases, Leases) else frozenset()
    return {
        wanted[key]: not alive.isdisjoint(seat.container_ids)
        for key, seat in found.items()
        if isinstance(seat, Seat)
    }
