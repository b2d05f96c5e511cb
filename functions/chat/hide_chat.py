"""DELETE /chat/<id>/: the caller hides a conversation."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.chat.errors import NotInChat
from shared.http.endpoint import Account, Auth, Chat, endpoint
from shared.usecases.chat.conversations import hide

bp = Blueprint(__name__)


@endpoint(bp, "DELETE", "/chat/{chat_id}/", auth=Auth.REGISTERED, status=204, errors=[NotInChat])
def hide_chat(me: Account, chat: Chat) -> None:  # noqa: ARG001 (the caller must be in the conversation)
    """Hide a conversation from your list. Nothing is erased, and the other user notices nothing.

    Reading its messages, or a new one from the other user, shows it again. 403 for one of others.
    """
    hide(chat)
