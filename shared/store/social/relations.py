"""Friendships, friend requests and blocks.

A request or friendship is one row per pair of users, so it is unique under any race. Each of the two has a line about
it in their own relations item: one GetItem gives the length, order and ids of a list of any length.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pynamodb.attributes import UnicodeAttribute

from shared.domain.errors import RaceLost
from shared.domain.ids import ID_DIGITS
from shared.store import keys
from shared.store.accounts.users import Inbox
from shared.store.attributes import IntegerAttribute, StringSetAttribute
from shared.store.base import Action, Condition, Item, UTCDateTimeAttribute, set_size
from shared.store.unit_of_work import UnitOfWork

REQUEST = "request"
FRIENDS = "friends"

ListName = Literal["friends", "sent", "received", "blocked"]
PairList = Literal["friends", "sent", "received"]
"""The lists whose relations have a row of the pair: all but blocks."""


class Relation(NamedTuple):
    """One line of a user's relations: the id of a request, friendship or block, and the other user."""

    id: int
    other: int

    def line(self) -> str:
        """The line as it is stored; lines sort by the time of their ids."""
        return f"{self.id:0{ID_DIGITS}d}#{self.other:0{ID_DIGITS}d}"

    @classmethod
    def of(cls, line: str) -> Relation:
        """Back from the stored line."""
        id_, _, other = line.partition("#")
        return cls(int(id_), int(other))


class Relations(Item, discriminator="relations"):
    """All relations of a user: made with the account, erased after all of them have ended."""

    friends = StringSetAttribute()
    sent = StringSetAttribute()
    """Friend requests that the user sent and that wait for an answer."""
    received = StringSetAttribute()
    """Friend requests that wait for the user's answer."""
    blocked = StringSetAttribute()
    """Users that this one blocks."""

    @classmethod
    def of(cls, user_id: int) -> Relations:
        """The item of a user, not read."""
        return cls.at(keys.relations(user_id))

    def newest(self, name: ListName) -> list[Relation]:
        """One of the lists, the newest first."""
        return [Relation.of(line) for line in sorted(getattr(self, name), reverse=True)]

    def length(self, name: ListName) -> int:
        """The length of one of the lists."""
        return len(getattr(self, name))

    def find(self, id_: int, name: ListName) -> Relation | None:
        """The line of one of the lists that has an id."""
        start = f"{id_:0{ID_DIGITS}d}#"
        line = next((line for line in getattr(self, name) if line.startswith(start)), None)
        return Relation.of(line) if line else None


def shorter_than(name: ListName, limit: int) -> Condition:
    """Holds while one of a user's lists has fewer than `limit` lines."""
    attribute = getattr(Relations, name)
    shorter: Condition = attribute.does_not_exist() | (set_size(attribute) < limit)
    return shorter


def as_long_as(name: ListName, length: int) -> Condition:
    """Holds while one of a user's lists has `length` lines."""
    attribute = getattr(Relations, name)
    as_long: Condition = set_size(attribute) == length if length else attribute.does_not_exist()
    return as_long


class PairRow(Item, discriminator="friendship"):
    """The friend request or the friendship of two users; a friendship keeps the id of its request.

    The counters are about the matches of the two since they are friends. `low` and `high` are the users with the
    lower and the higher id.
    """

    id = IntegerAttribute()
    status = UnicodeAttribute()
    """`request` or `friends`."""
    sender = IntegerAttribute()
    receiver = IntegerAttribute()
    sent_at = UTCDateTimeAttribute()
    friends_since = UTCDateTimeAttribute(null=True)
    low_wins = IntegerAttribute(default=0)
    """Matches that the user with the lower id won against the other."""
    high_wins = IntegerAttribute(default=0)
    against = IntegerAttribute(default=0)
    together = IntegerAttribute(default=0)
    together_won = IntegerAttribute(default=0)

    @classmethod
    def of(cls, user_id: int, other_id: int) -> PairRow:
        """The row of two users, not read."""
        return cls.at(keys.friendship(user_id, other_id))

    @property
    def are_friends(self) -> bool:
        """Whether the row is a friendship."""
        return self.status == FRIENDS

    def wins_of(self, user_id: int, other_id: int) -> int:
        """Matches that a user won against the other."""
        return self.low_wins if user_id < other_id else self.high_wins


def is_still(id_: int, status: str) -> Condition:
    """Holds while the row of a pair is the request, or the friendship, with this id."""
    same: Condition = (PairRow.id == id_) & (PairRow.status == status)
    return same


class BlockRow(Item, discriminator="block"):
    """The block of one user against another."""

    id = IntegerAttribute()
    blocker = IntegerAttribute()
    blocked = IntegerAttribute()
    blocked_at = UTCDateTimeAttribute()

    @classmethod
    def of(cls, blocker_id: int, blocked_id: int) -> BlockRow:
        """The row of a block, not read."""
        return cls.at(keys.block(blocker_id, blocked_id))


Lines = dict[ListName, set[str]]


@dataclass(slots=True)
class RelationChanges:
    """Collects changes of relations and inboxes: DynamoDB lets a transaction touch each item only once."""

    _added: dict[int, Lines] = field(default_factory=dict)
    _dropped: dict[int, Lines] = field(default_factory=dict)
    _inboxes: dict[int, list[Action]] = field(default_factory=lambda: defaultdict(list))
    _conditions: dict[int, tuple[Condition, type[Exception]]] = field(default_factory=dict)

    def add(self, user_id: int, name: ListName, relation: Relation) -> None:
        """Give a user one more line; a received request is new to the user."""
        _lines(self._added, user_id, name).add(relation.line())
        if name == "received":
            self._inboxes[user_id].append(Inbox.friend_requests.add({relation.id}))

    def drop(self, user_id: int, name: ListName, relation: Relation) -> None:
        """Take a line from a user."""
        _lines(self._dropped, user_id, name).add(relation.line())
        if name == "received":
            self._inboxes[user_id].append(Inbox.friend_requests.delete({relation.id}))

    def add_unread(self, user_id: int, chat_id: int) -> None:
        """A user has unread messages in a conversation."""
        self._inboxes[user_id].append(Inbox.unread_chats.add({chat_id}))

    def drop_unread(self, user_id: int, chat_id: int) -> None:
        """A user has no unread messages in a conversation."""
        self._inboxes[user_id].append(Inbox.unread_chats.delete({chat_id}))

    def require(self, user_id: int, when: Condition, otherwise: type[Exception] = RaceLost) -> None:
        """Require a condition of a user's relations; without `otherwise`, its failure is RaceLost."""
        self._conditions[user_id] = when, otherwise

    def write(self, work: UnitOfWork) -> None:
        """Add one update per item to a unit of work."""
        for user_id in sorted({*self._added, *self._dropped}):
            actions: list[Action] = []
            for name, lines in self._added.get(user_id, {}).items():
                actions.append(getattr(Relations, name).add(lines))
            for name, lines in self._dropped.get(user_id, {}).items():
                actions.append(getattr(Relations, name).delete(lines))
            when, otherwise = self._conditions.get(user_id, (None, RaceLost))
            work.update(Relations.of(user_id), actions, when=when, otherwise=otherwise)
        for user_id, changes in self._inboxes.items():
            work.update(Inbox.of(user_id), changes)


def _lines(changes: dict[int, Lines], user_id: int, name: ListName) -> set[str]:
    return changes.setdefault(user_id, defaultdict(set))[name]
