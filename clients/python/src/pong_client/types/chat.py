"""Types of the area chat. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from pong_client.types.common import SmallUserInstance


class ChatDetailInstance(TypedDict):
    """A conversation, as you see it, and how much of it you haven't read."""

    id: int
    """The conversation's id."""
    chat_with: SmallUserInstance
    """The other user."""
    last_message: MessageInstance | None
    """The newest message; null if there is none."""
    created_at: str
    """When it was started."""
    view_chat: bool
    """Whether you see it in your list."""
    unread_messages: int
    """Messages of the other user that you haven't read."""


class ChatInstance(TypedDict):
    """A conversation, as you see it."""

    id: int
    """The conversation's id."""
    chat_with: SmallUserInstance
    """The other user."""
    last_message: MessageInstance | None
    """The newest message; null if there is none."""
    created_at: str
    """When it was started."""
    view_chat: bool
    """Whether you see it in your list."""


class ChatInstancePage(TypedDict):
    """A ChatInstancePage."""

    count: int
    """How many there are in all."""
    next: str | None
    """The URL of the next page; null at the end."""
    previous: str | None
    """The URL of the page before; null at the start."""
    results: list[ChatInstance]
    """This page's part of the list."""


class MessageInstance(TypedDict):
    """A message of a conversation."""

    id: int
    """The message's id."""
    chat_id: int
    """The conversation's id."""
    author: SmallUserInstance
    """The user who wrote it."""
    content: str
    """The text."""
    sent_at: str
    """When it was written."""
    is_read: bool
    """Whether its receiver has read it."""


class MessageInstancePage(TypedDict):
    """A MessageInstancePage."""

    count: int
    """How many there are in all."""
    next: str | None
    """The URL of the next page; null at the end."""
    previous: str | None
    """The URL of the page before; null at the start."""
    results: list[MessageInstance]
    """This page's part of the list."""


class NewMessage(TypedDict):
    """What to say."""

    content: str
    """The text."""
    is_read: NotRequired[bool]
    """The other user has the conversation open just now: the message counts as read."""


class Partner(TypedDict):
    """The other user."""

    username: str
    """The other user's name, in any case."""
