"""Errors of conversations."""

from __future__ import annotations

from shared.domain.errors import Conflict, Forbidden


class SelfChat(Forbidden):
    code = "self_chat"
    detail = "You cannot start a conversation with yourself."


class ChatNotAccepted(Forbidden):
    code = "chat_not_accepted"
    detail = "This user does not accept conversations from you."


class ChatExists(Conflict):
    code = "chat_exists"
    detail = "You have a conversation with this user already."


class ChatHidden(Forbidden):
    code = "chat_hidden"
    detail = "You have hidden this conversation: read its messages to show it again."


class NotInChat(Forbidden):
    """The conversation doesn't exist, is between other users, or is closed by a block."""

    code = "not_in_chat"
    detail = "You have no conversation with this id."
