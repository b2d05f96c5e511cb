"""GET /chat/: the caller's conversations."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import Field

from shared.http.bodies import Body
from shared.http.endpoint import Account, Auth, PageQuery, endpoint
from shared.http.pages import Page
from shared.store.base import utc_now
from shared.store.chat.conversations import read_memberships
from shared.usecases.chat.conversations import read_lines, select
from shared.wire.chat.conversations import ChatLine

bp = Blueprint(__name__)


class ChatFilter(Body):
    """Which conversations."""

    q: str = Field(default="", examples=["bob"])
    """Part of the other user's name, in any case."""


@endpoint(bp, "GET", "/chat/", auth=Auth.REGISTERED)
def list_chats(me: Account, query: ChatFilter, page: PageQuery) -> Page[ChatLine]:
    """Read your conversations, those with the latest messages first.

    With `q`, those with users whose present name contains it, including the ones that you have hidden.
    """
    mine = select(read_memberships(me.user.id), query.q)
    return page.page(len(mine), read_lines(me, page.cut(mine), utc_now()))
