"""POST /chat/<id>/messages/, also without `chat/`: the caller writes a message."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.chat.errors import ChatHidden, NotInChat
from shared.domain.errors import Invalid
from shared.domain.limits import MESSAGE
from shared.http.bodies import Body
from shared.http.endpoint import Account, Auth, Chat, endpoint
from shared.usecases.chat import conversations
from shared.wire.chat.conversations import Message, MessageText

bp = Blueprint(__name__)


class NewMessage(Body):
    """What to say."""

    content: MessageText
    """The text."""
    is_read: bool = False
    """The other user has the conversation open just now: the message counts as read."""


@endpoint(
    bp,
    "POST",
    "/chat/{chat_id}/messages/",
    alias="/{chat_id}/messages/",
    auth=Auth.REGISTERED,
    status=201,
    patient=True,
    limits=[MESSAGE],
    errors=[Invalid, NotInChat, ChatHidden],
)
def send_message(me: Account, chat: Chat, body: NewMessage) -> Message:
    """Write a message. The other user gets `receive-message`, and sees the conversation again if they had hidden it.

    1 to 1000 characters, not counting spaces at both ends. 403 for a conversation of others, or one you have hidden.
    """
    return conversations.send(me, chat, body.content, is_read=body.is_read)
