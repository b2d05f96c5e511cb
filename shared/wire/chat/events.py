"""The events of conversations, in their wire form."""

from __future__ import annotations

from shared.events import Event, render
from shared.store.accounts.users import Account
from shared.wire.chat.conversations import Message


def message_received(message: Message, author: Account) -> Event:
    """For the other user of a conversation."""
    return render(
        "receive-message",
        data=message.model_dump(mode="json"),
        kwargs={"username": author.user.username, "message": message.content, "chat_id": message.chat_id},
    )
