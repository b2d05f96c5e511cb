"""GET /chat/<id>/messages/: the messages of a conversation of the caller."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.chat.errors import NotInChat
from shared.http.endpoint import Account, Auth, Chat, PageQuery, endpoint
from shared.http.pages import Page
from shared.store.base import utc_now
from shared.store.lists import page_numbers
from shared.usecases.chat.conversations import mark_read, read_page
from shared.wire.chat.conversations import Message

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/chat/{chat_id}/messages/", auth=Auth.REGISTERED, errors=[NotInChat])
def list_messages(me: Account, chat: Chat, page: PageQuery) -> Page[Message]:
    """Read the messages of a conversation, newest first.

    Whichever page you read, all that the other user has sent until now counts as read afterwards; this answer still
    shows the state before. A conversation that you have hidden is shown again. 403 for one of others.
    """
    numbers = page_numbers(chat.row.messages, offset=page.offset, limit=page.limit)
    messages = read_page(me, chat, numbers, utc_now())
    mark_read(chat)
    return page.page(chat.row.messages, messages)
