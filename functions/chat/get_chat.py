"""GET /chat/<id>/: a conversation of the caller."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.chat.errors import NotInChat
from shared.http.endpoint import Account, Auth, Chat, endpoint
from shared.store.base import utc_now
from shared.usecases.chat.conversations import read_detail
from shared.wire.chat.conversations import ChatDetail

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/chat/{chat_id}/", auth=Auth.REGISTERED, errors=[NotInChat])
def get_chat(me: Account, chat: Chat) -> ChatDetail:
    """Read a conversation of yours, without marking anything as read. 403 for one of others."""
    return read_detail(me, chat, utc_now())
