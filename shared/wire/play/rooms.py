"""Messages in lobbies and tournaments, as the contract shows them."""

from __future__ import annotations

from pydantic import Field

from shared.wire.chat.conversations import MESSAGES
from shared.wire.instance import Instance
from shared.wire.scalars import Id


class RoomMessage(Instance):
    """A message to everybody in a lobby or tournament."""

    id: Id
    """Who said it."""
    content: str = Field(examples=MESSAGES)
    """The text."""
