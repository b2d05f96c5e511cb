"""Operations of the tag chat. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Unpack

from pong_client.sync_caller import Caller
from pong_client.types import (
    ChatDetailInstance,
    ChatInstance,
    ChatInstancePage,
    MessageInstance,
    MessageInstancePage,
    NewMessage,
    Partner,
)


class ChatCalls(Caller):
    """Operations of the tag chat."""

    def list_chats(
        self, *, q: str | None = None, limit: int | None = None, offset: int | None = None,
    ) -> ChatInstancePage:
        """Read your conversations, those with the latest messages first.

        With `q`, those with users whose present name contains it, including the ones that you have hidden.

        `GET /api/chat/`, for registered users, not guests.
        """
        answer: ChatInstancePage = self._call(
            "GET",
            "/chat/",
            query={"q": q, "limit": limit, "offset": offset},
        )
        return answer

    def create_chat(self, *, idempotency_key: str | None = None, **body: Unpack[Partner]) -> ChatInstance:
        """Start a conversation with a user, as far as their `accept_chat_from` allows it.

        The name may be in any case. You can't find guests, or users who have blocked you.

        `POST /api/chat/`, for registered users, not guests. Refusals: 403 `self_chat`, `blocked_by_you`,
        `chat_not_accepted`; 409 `chat_exists`.
        """
        answer: ChatInstance = self._call(
            "POST",
            "/chat/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def hide_chat(self, chat_id: int, *, idempotency_key: str | None = None) -> None:
        """Hide a conversation from your list.

        Nothing is erased, and the other user notices nothing.

        Reading its messages, or a new one from the other user, shows it again. 403 for one of others.

        `DELETE /api/chat/{chat_id}/`, for registered users, not guests. Refusals: 403 `not_in_chat`.
        """
        self._call("DELETE", f"/chat/{self._part(chat_id)}/", keyed=True, idempotency_key=idempotency_key)

    def get_chat(self, chat_id: int) -> ChatDetailInstance:
        """Read a conversation of yours, without marking anything as read.

        403 for one of others.

        `GET /api/chat/{chat_id}/`, for registered users, not guests. Refusals: 403 `not_in_chat`.
        """
        answer: ChatDetailInstance = self._call("GET", f"/chat/{self._part(chat_id)}/")
        return answer

    def list_messages(
        self, chat_id: int, *, limit: int | None = None, offset: int | None = None,
    ) -> MessageInstancePage:
        """Read the messages of a conversation, newest first.

        Whichever page you read, all that the other user has sent until now counts as read afterwards; this
        answer still shows the state before. A conversation that you have hidden is shown again. 403 for
        one of others.

        `GET /api/chat/{chat_id}/messages/`, for registered users, not guests. Refusals: 403 `not_in_chat`.
        """
        answer: MessageInstancePage = self._call(
            "GET",
            f"/chat/{self._part(chat_id)}/messages/",
            query={"limit": limit, "offset": offset},
        )
        return answer

    def send_message(
        self, chat_id: int, *, idempotency_key: str | None = None, **body: Unpack[NewMessage]
    ) -> MessageInstance:
        """Write a message.

        The other user gets `receive-message`, and sees the conversation again if they had hidden it.

        1 to 1000 characters, not counting spaces at both ends. 403 for a conversation of others, or one
        you have hidden.

        `POST /api/chat/{chat_id}/messages/`, for registered users, not guests. Refusals: 403
        `not_in_chat`, `chat_hidden`.
        """
        answer: MessageInstance = self._call(
            "POST",
            f"/chat/{self._part(chat_id)}/messages/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def send_message_alias(
        self, chat_id: int, *, idempotency_key: str | None = None, **body: Unpack[NewMessage]
    ) -> MessageInstance:
        """Write a message.

        The other user gets `receive-message`, and sees the conversation again if they had hidden it.

        1 to 1000 characters, not counting spaces at both ends. 403 for a conversation of others, or one
        you have hidden.

        `POST /api/{chat_id}/messages/`, for registered users, not guests. Refusals: 403 `not_in_chat`,
        `chat_hidden`.
        """
        answer: MessageInstance = self._call(
            "POST",
            f"/{self._part(chat_id)}/messages/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer
