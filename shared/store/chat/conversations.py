"""Conversations: a row for the two users, a side for each of them, and the messages, an append-only list.

The row's counters only grow. Sending and reading change different counters, so they don't conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from shared.domain.chat.errors import NotInChat
from shared.domain.chat.messages import Message
from shared.store import keys
from shared.store.attributes import IntegerAttribute
from shared.store.base import Action, Condition, Item, Key, UTCDateTimeAttribute, read_items, read_partition
from shared.store.lists import KeyOf

PairSlot = Literal["low", "high"]
"""The user with the lower or the higher id."""


class PairChat(Item, discriminator="pair_chat"):
    """The conversation of two users."""

    chat_id = IntegerAttribute()

    @classmethod
    def of(cls, user_id: int, other_id: int) -> PairChat:
        """The row of two users, not read."""
        return cls.at(keys.conversation_of(user_id, other_id))


class Conversation(Item, discriminator="conversation"):
    """A conversation: its users, how many messages it has, the last one, and how far each of the two has read.

    For the user with the lower id, and alike for the other: `low_seen` is the number of the first message that they
    haven't listed; `low_received` counts the messages that came unread, `low_read` those of them that they listed.
    """

    id = IntegerAttribute()
    low = IntegerAttribute()
    high = IntegerAttribute()
    created_at = UTCDateTimeAttribute()
    messages = IntegerAttribute(default=0)
    low_seen = IntegerAttribute(default=0)
    low_received = IntegerAttribute(default=0)
    low_read = IntegerAttribute(default=0)
    high_seen = IntegerAttribute(default=0)
    high_received = IntegerAttribute(default=0)
    high_read = IntegerAttribute(default=0)
    last_id = IntegerAttribute(null=True)
    last_author = IntegerAttribute(null=True)
    last_content = UnicodeAttribute(null=True)
    last_sent_at = UTCDateTimeAttribute(null=True)
    last_is_read = BooleanAttribute(null=True)

    @property
    def last(self) -> Message | None:
        """The last message."""
        if not self.messages:
            return None
        return Message(
            self.messages - 1,
            self.last_id,
            self.last_author,
            self.last_content,
            self.last_sent_at,
            self.last_is_read,
        )

    def slot(self, user_id: int) -> PairSlot:
        """The slot of a user."""
        return "low" if user_id == self.low else "high"

    def seen(self, user_id: int) -> int:
        """The number of the first message that a user hasn't listed."""
        seen: int = getattr(self, f"{self.slot(user_id)}_seen")
        return seen

    def received(self, user_id: int) -> int:
        """How many messages came to a user unread."""
        received: int = getattr(self, f"{self.slot(user_id)}_received")
        return received

    def unread(self, user_id: int) -> int:
        """How many of the other's messages a user hasn't read."""
        read: int = getattr(self, f"{self.slot(user_id)}_read")
        return self.received(user_id) - read

    def is_read(self, message: Message) -> bool:
        """Whether the receiver of a message has read it."""
        reader = self.high if message.author == self.low else self.low
        return message.is_read or message.n < self.seen(reader)

    def append(self, message: Message) -> Sequence[Action]:
        """Appends a message. Right only while `messages` is the number of the message."""
        actions: list[Action] = [
            Conversation.messages.set(message.n + 1),
            Conversation.last_id.set(message.id),
            Conversation.last_author.set(message.author),
            Conversation.last_content.set(message.content),
            Conversation.last_sent_at.set(message.sent_at),
            Conversation.last_is_read.set(message.is_read),
        ]
        if not message.is_read:
            received = Conversation.high_received if message.author == self.low else Conversation.low_received
            actions.append(received.add(1))
        return actions

    def mark_read(self, user_id: int) -> Sequence[Action]:
        """Marks all present messages as read by a user."""
        slot = self.slot(user_id)
        return (
            getattr(Conversation, f"{slot}_seen").set(self.messages),
            getattr(Conversation, f"{slot}_read").set(self.received(user_id)),
        )

    def goes_beyond(self, user_id: int) -> Condition:
        """Holds while there are messages that a user hasn't listed."""
        beyond: Condition = getattr(Conversation, f"{self.slot(user_id)}_seen") < self.messages
        return beyond

    def receives(self, user_id: int, *, more: bool) -> Condition:
        """Holds while no message came to a user unread since the read; with `more`, if one did."""
        attribute = getattr(Conversation, f"{self.slot(user_id)}_received")
        received = self.received(user_id)
        found: Condition = attribute > received if more else attribute == received
        return found


class Membership(Item, discriminator="membership"):
    """One user's side of a conversation: the list of conversations is sorted and filtered by it."""

    chat_id = IntegerAttribute()
    other = IntegerAttribute()
    active_at = UTCDateTimeAttribute()
    """When the last message was sent; without messages, when the conversation was made."""
    hidden = BooleanAttribute(default=False)
    """The user has hidden it."""
    closed = BooleanAttribute(default=False, attr_name="sealed")
    """One of the two blocks the other: until that ends, neither of them has the conversation."""
    ended = BooleanAttribute(null=True)
    """True once the account is deleted and the other user doesn't have the conversation any more."""

    @classmethod
    def of(cls, user_id: int, chat_id: int) -> Membership:
        """The row of a user, not read."""
        return cls.at(keys.membership(user_id, chat_id))

    @staticmethod
    def is_open() -> Condition:
        """Holds while no block closes the conversation."""
        is_open: Condition = Membership.closed == False  # noqa: E712 (a condition)
        return is_open

    @staticmethod
    def is_shown() -> Condition:
        """Holds while it is open and not hidden."""
        shown: Condition = (Membership.hidden == False) & (Membership.closed == False)  # noqa: E712 (a condition)
        return shown


class MessageRow(Item, discriminator="message"):
    """A message."""

    n = IntegerAttribute()
    id = IntegerAttribute()
    author = IntegerAttribute()
    content = UnicodeAttribute()
    sent_at = UTCDateTimeAttribute()
    is_read = BooleanAttribute()

    @classmethod
    def holding(cls, chat_id: int, message: Message) -> MessageRow:
        """The row that stores a message."""
        return cls.at(
            keys.message(chat_id, message.n),
            n=message.n,
            id=message.id,
            author=message.author,
            content=message.content,
            sent_at=message.sent_at,
            is_read=message.is_read,
        )

    @property
    def message(self) -> Message:
        """The domain's message."""
        return Message(self.n, self.id, self.author, self.content, self.sent_at, self.is_read)


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation as one of its two users sees it."""

    user_id: int
    row: Conversation
    mine: Membership

    @property
    def id(self) -> int:
        """The conversation's id."""
        return self.row.id

    @property
    def other(self) -> int:
        """The other user's id."""
        return self.mine.other

    @property
    def unread(self) -> int:
        """How many of the other's messages the user hasn't read."""
        return self.row.unread(self.user_id)


def chat_keys(user_id: int, chat_id: int) -> list[Key]:
    """The keys of the items that make a user's view of a conversation."""
    return [keys.conversation(chat_id), keys.membership(user_id, chat_id)]


def chat_in(found: Mapping[Key, Item], user_id: int, chat_id: int) -> Chat:
    """A conversation out of items read under `chat_keys`. NotInChat if it isn't the user's, or a block closes it."""
    row, mine = found.get(keys.conversation(chat_id)), found.get(keys.membership(user_id, chat_id))
    if not isinstance(row, Conversation) or not isinstance(mine, Membership) or mine.closed:
        raise NotInChat
    return Chat(user_id, row, mine)


def read_chat(user_id: int, chat_id: int) -> Chat:
    """A conversation as it is now for a user. One BatchGetItem."""
    return chat_in(read_items(chat_keys(user_id, chat_id)), user_id, chat_id)


def read_memberships(user_id: int) -> list[Membership]:
    """All of a user's sides, the last active first. One Query per MiB, some 7,000 of them."""
    rows = [row for row in read_partition(keys.memberships(user_id)) if isinstance(row, Membership)]
    return sorted(rows, key=lambda row: (row.active_at, row.chat_id), reverse=True)


def key_of_message(chat_id: int) -> KeyOf:
    """Where the messages of a conversation are, by number."""
    return partial(keys.message, chat_id)


def message_keys(chat_id: int, numbers: Iterable[int]) -> list[Key]:
    """The keys of the messages with these numbers.

    Single keys and no queries: a page always takes the same number of calls, wherever the list's partitions end.
    """
    return [keys.message(chat_id, n) for n in numbers]


def messages_in(found: Mapping[Key, Item], wanted: Iterable[Key]) -> list[Message]:
    """Messages in this order out of items read under `message_keys`."""
    rows = (found.get(key) for key in wanted)
    return [row.message for row in rows if isinstance(row, MessageRow)]
