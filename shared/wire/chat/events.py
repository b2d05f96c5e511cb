"""The events of conversations."""

from __future__ import annotations

from pydantic import Field

from shared.events import Event, EventKind, Occasion, Target
from shared.store.accounts.users import Account
from shared.wire.chat.conversations import MESSAGES, Message
from shared.wire.event_parts import ByUser
from shared.wire.scalars import Id


class MessageWords(ByUser):
    """The author, the text, and the conversation."""

    message: str = Field(examples=MESSAGES)
    """The text."""
    chat_id: Id
    """The conversation's id."""


RECEIVE_MESSAGE = EventKind(
    code="receive-message",
    service="chat",
    data=Message,
    kwargs=MessageWords,
    message="{username}: {message}",
    person=True,
    targets=(Target("/chat/{chat_id}", display_name="Open", display_icon="/assets/icons/chat.svg"),),
    occasions=(
        Occasion(
            "a message is written, also if the receiver has the conversation open or hidden", "the receiver"
        ),
    ),
)

KINDS = (RECEIVE_MESSAGE,)


def message_received(message: Message, author: Account) -> Event:
    """For the other user of a conversation."""
    words = MessageWords(username=author.user.username, message=message.content, chat_id=message.chat_id)
    return RECEIVE_MESSAGE.render(message, words)
