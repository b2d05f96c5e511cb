"""Conversations and messages as the contract shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field

from shared.domain.chat.messages import MAX_LENGTH
from shared.domain.chat.messages import Message as Written
from shared.store.accounts.users import Account
from shared.store.chat.conversations import Conversation, Membership
from shared.wire.accounts.users import SmallUser
from shared.wire.instance import Instance
from shared.wire.scalars import Id, Instant

MESSAGES = ["Good game!", "One more?"]

MessageText = Annotated[
    str, Field(examples=MESSAGES, json_schema_extra={"minLength": 1, "maxLength": MAX_LENGTH})
]
"""The text of a new message. The document shows the rules; the domain checks them."""


class Message(Instance):
    """A message of a conversation."""

    model_config = ConfigDict(title="MessageInstance")

    id: Id
    """The message's id."""
    chat_id: Id
    """The conversation's id."""
    author: SmallUser
    """The user who wrote it."""
    content: str = Field(examples=MESSAGES)
    """The text."""
    sent_at: Instant
    """When it was written."""
    is_read: bool
    """Whether its receiver has read it."""

    @classmethod
    def of(cls, row: Conversation, message: Written, author: Account) -> Message:
        """A message; the conversation's row says whether it is read."""
        return cls(
            id=message.id,
            chat_id=row.id,
            author=SmallUser.of(author),
            content=message.content,
            sent_at=message.sent_at,
            is_read=row.is_read(message),
        )


class ChatLine(Instance):
    """A conversation, as you see it."""

    model_config = ConfigDict(title="ChatInstance")

    id: Id
    """The conversation's id."""
    chat_with: SmallUser
    """The other user."""
    last_message: Message | None
    """The newest message; null if there is none."""
    created_at: Instant
    """When it was started."""
    view_chat: bool = Field(examples=[True])
    """Whether you see it in your list."""

    @classmethod
    def of(cls, row: Conversation, mine: Membership, me: Account, other: Account, **more: Any) -> Self:
        """A conversation, seen by `me`."""
        last = row.last
        authors: Mapping[int, Account] = {account.user.id: account for account in (me, other)}
        return cls(
            id=row.id,
            chat_with=SmallUser.of(other),
            last_message=Message.of(row, last, authors[last.author]) if last else None,
            created_at=row.created_at,
            view_chat=not mine.hidden,
            **more,
        )


class ChatDetail(ChatLine):
    """A conversation, as you see it, and how much of it you haven't read."""

    model_config = ConfigDict(title="ChatDetailInstance")

    unread_messages: int = Field(ge=0, examples=[2])
    """Messages of the other user that you haven't read."""
