"""POST /chat/: the caller starts a conversation."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import Field

from shared.domain.accounts.errors import NoSuchUser
from shared.domain.chat.errors import ChatExists, ChatNotAccepted, SelfChat
from shared.domain.social.errors import BlockedByYou
from shared.http.bodies import Body
from shared.http.endpoint import Account, Auth, endpoint
from shared.usecases.chat import conversations
from shared.wire.chat.conversations import ChatLine

bp = Blueprint(__name__)


class Partner(Body):
    """The other user."""

    username: str = Field(examples=["bob"])
    """The other user's name, in any case."""


@endpoint(
    bp,
    "POST",
    "/chat/",
    auth=Auth.REGISTERED,
    status=201,
    errors=[
        SelfChat,
        BlockedByYou,
        ChatNotAccepted,
        NoSuchUser,
        ChatExists,
    ],
)
def create_chat(me: Account, body: Partner) -> ChatLine:
    """Start a conversation with a user, as far as their `accept_chat_from` allows it.

    The name may be in any case. You can't find guests, or users who have blocked you.
    """
    return conversations.create(me, body.username)
