"""Types of the area chat. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from pong_client.types.common import SmallUserInstance


class ChatDetailInstance(TypedDict):
    """A conversation, as you see it, and how much of it you haven't read."""

    id: int
    chat_with: SmallUserInstance
    last_message: MessageInstance | None
    created_at: str
    view_chat: bool
    """Whether you see it in your list."""
    unread_messages: int
    """Messages of the other user that you haven't read."""


class ChatInstance(TypedDict):
    """A conversation, as you see it."""

    id: int
    chat_with: SmallUserInstance
    last_message: MessageInstance | None
    created_at: str
    view_chat: bool
    """Whether you see it in your list."""


class ChatInstancePage(TypedDict):
    """A ChatInstancePage."""

    count: int
    """How many there are in all."""
    next: str | None
    previous: str | None
    results: list[ChatInstance]


class MessageInstance(TypedDict):
    """A message of a conversation."""

    id: int
    chat_id: int
    author: SmallUserInstance
    content: str
    sent_at: str
    is_read: bool
    """Whether its receiver has read it."""


class MessageInstancePage(TypedDict):
    """A MessageInstancePage."""

    count: int
    """How many there are in all."""
    next: str | None
    previous: str | None
    results: list[MessageInstance]


class NewMessage(TypedDict):
    """What to say."""

    content: str
    is_read: NotRequired[bool]
    """The other user has the conversation open just now: the message counts as read."""


class Partner(TypedDict):
    """The other user."""

    username: str
