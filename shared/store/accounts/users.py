"""Users: profile, name and password, inbox; and the account, which is what a request knows of a user."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from shared.domain.accounts.pictures import Achievements
from shared.domain.accounts.sessions import Session, Sessions
from shared.domain.accounts.statistics import Line, Statistics
from shared.store import keys
from shared.store.accounts.leases import alive_among, lease_keys
from shared.store.accounts.seats import Seat
from shared.store.attributes import DocumentAttribute, IntegerAttribute, IntegerSetAttribute
from shared.store.base import (
    Action,
    Condition,
    Item,
    Key,
    UTCDateTimeAttribute,
    Versioned,
    read_item,
    read_items,
    set_size,
)


class User(Versioned, discriminator="user"):
    """A registered user or a guest, with statistics and the lengths of the user's lists.

    `rev` counts the changes of statistics, trophies and list lengths: a write that computes new ones from old ones
    checks it. Settings change without it.
    """

    id = IntegerAttribute()
    username = UnicodeAttribute()
    is_guest = BooleanAttribute()
    created_at = UTCDateTimeAttribute()
    generation = IntegerAttribute(default=0)
    """Counts password changes. Tokens without a session, made before there were any, are of one generation."""
    sessions = DocumentAttribute(dict[str, Session], default=dict)
    """The living sessions, and some whose tokens have expired."""
    session_changes = IntegerAttribute(default=0)
    """Counts the changes of `sessions`, which leave `rev` as it is."""
    old_tokens = BooleanAttribute(default=True)
    """Whether tokens without a session are still taken."""
    accept_friend_request = BooleanAttribute(default=True)
    accept_chat_from = UnicodeAttribute(default="friends_only")
    picture = IntegerAttribute()
    pictures = IntegerSetAttribute()
    """The ids of the unlocked pictures."""
    blocked = IntegerSetAttribute()
    """Ids of the users that this one blocks, at most 50."""
    trophies = IntegerAttribute(default=0)
    stats = DocumentAttribute(dict[str, Line], default=dict)
    """The lines of the statistics."""
    matches_played = IntegerAttribute(default=0)
    trophy_changes = IntegerAttribute(default=0)

    @property
    def statistics(self) -> Statistics:
        """The statistics as the domain knows them."""
        return Statistics(self.stats)

    def admits(self, session_id: str, generation: int) -> bool:
        """Whether a token of this session, or of none, is still good."""
        if session_id:
            return session_id in self.sessions
        return self.old_tokens and generation == self.generation

    def set_sessions(self, sessions: Sessions) -> list[Action]:
        """Replaces the sessions. The write insists on `sessions_unchanged`."""
        return [User.sessions.set(dict(sessions)), User.session_changes.add(1)]

    def sessions_unchanged(self) -> Condition:
        """Holds while the sessions are as they were read."""
        same: Condition = User.session_changes == self.session_changes
        return same if self.session_changes else same | User.session_changes.does_not_exist()

    @staticmethod
    def has_room_to_block(limit: int) -> Condition:
        """Holds while the user blocks fewer than `limit` others."""
        room: Condition = User.blocked.does_not_exist() | (set_size(User.blocked) < limit)
        return room

    def achievements(self) -> Achievements:
        """The achievements that unlock pictures, without friends: accepting a friend request counts those."""
        return Achievements(is_guest=self.is_guest, statistics=self.statistics, trophies=self.trophies)


class Credential(Item, discriminator="credential"):
    """Owner of a username and the password that proves it; guests have none."""

    user_id = IntegerAttribute()
    password_hash = UnicodeAttribute(null=True)
    generation = IntegerAttribute(default=0)


class Inbox(Item, discriminator="inbox"):
    """Ids of the requests and conversations that a user hasn't looked at. Made with the account.

    Sets and no counters: adding or removing an id twice does no harm, so they can't drift.
    """

    friend_requests = IntegerSetAttribute()
    """Ids of the received friend requests that the user hasn't listed yet."""
    unread_chats = IntegerSetAttribute()
    """Ids of the conversations with unread messages."""

    @classmethod
    def of(cls, user_id: int) -> Inbox:
        """The item of a user, not read; stored like this, an empty one."""
        return cls.at(keys.inbox(user_id))


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Account:
    """A user with seat and inbox; read in one batch. Each read makes another one, which equals itself only."""

    user: User
    seat: Seat
    alive: frozenset[str]
    """Ids of the SSE containers that are alive, of those that accounts read together name."""
    inbox: Inbox | None = None
    match_code: str | None = None
    """The code of the match that the user plays."""

    def in_match(self, code: str | None) -> Account:
        """The same account after a change that begins a match, or ends the running one (None)."""
        return replace(self, match_code=code)

    def without_status(self) -> Account:
        """The same account as if no stream had ever been open."""
        return replace(self, seat=Seat.of(self.user.id), alive=frozenset(), match_code=None)

    @property
    def is_online(self) -> bool:
        """Whether the user has a stream on a container that is alive."""
        return not self.alive.isdisjoint(self.seat.containers)

    @property
    def last_online(self) -> datetime:
        """When a stream of the user last opened or closed; without any stream ever, when the account was made."""
        last_online: datetime | None = self.seat.last_online
        return last_online or self.user.created_at


def read_user(user_id: int) -> User | None:
    """The user, or None. One GetItem."""
    item = read_item(keys.user(user_id))
    return item if isinstance(item, User) else None


def read_credential(username: str) -> Credential | None:
    """The owner of a username, or None. One GetItem."""
    item = read_item(keys.credential(username))
    return item if isinstance(item, Credential) else None


def read_users(user_ids: Iterable[int]) -> dict[int, User]:
    """Users by id, without users that don't exist. One BatchGetItem per 100."""
    found = read_items(keys.user(user_id) for user_id in user_ids)
    return {item.id: item for item in found.values() if isinstance(item, User)}


def read_usernames(user_ids: Iterable[int]) -> dict[int, str]:
    """The present names of users by id, without users that don't exist. One BatchGetItem per 100."""
    wanted = {keys.user(user_id): user_id for user_id in user_ids}
    found = read_items(wanted, only=["username"])
    return {wanted[key]: item.username for key, item in found.items() if isinstance(item, User)}


def account_keys(user_ids: Iterable[int]) -> list[Key]:
    """The keys of the items that make these accounts."""
    return [*lease_keys(), *(key for user_id in user_ids for key in (keys.user(user_id), keys.seat(user_id)))]


def accounts_in(found: Mapping[Key, Item], user_ids: Iterable[int], now: datetime) -> dict[int, Account]:
    """Accounts by user id out of items read under `account_keys`, without users that don't exist."""
    ids = tuple(user_ids)
    alive = alive_among(_containers(found[key] for key in map(keys.seat, ids) if key in found), found, now)
    accounts = {}
    for user_id in ids:
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
    """Accounts by user id, without users that don't exist. One BatchGetItem per 49 users."""
    ids = tuple(dict.fromkeys(user_ids))
    inbox = [] if inbox_of is None else [keys.inbox(inbox_of)]
    return accounts_in(read_items(account_keys(ids) + inbox), ids, now)


def without_statuses(me: User, accounts: Mapping[int, Account]) -> dict[int, Account]:
    """Accounts as a user may see them in histories: without a status across a block."""
    return {
        user_id: account.without_status()
        if user_id in me.blocked or me.id in account.user.blocked
        else account
        for user_id, account in accounts.items()
    }


def read_presence(user_ids: Iterable[int], now: datetime) -> dict[int, bool]:
    """Whether each user is online, without users that don't exist. One BatchGetItem per 99 users."""
    wanted = {keys.seat(user_id): user_id for user_id in user_ids}
    found = read_items([*lease_keys(), *wanted])
    alive = alive_among(_containers(found.values()), found, now)
    return {
        wanted[key]: not alive.isdisjoint(seat.containers)
        for key, seat in found.items()
        if isinstance(seat, Seat)
    }


def _containers(items: Iterable[Item]) -> frozenset[str]:
    """The SSE containers that the seats among these items name."""
    return frozenset(container for item in items if isinstance(item, Seat) for container in item.containers)
