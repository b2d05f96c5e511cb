"""What is said in lobbies and tournaments, as the contract shows it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from shared.wire.chats import MESSAGES
from shared.wire.scalars import Id


class Said(BaseModel):
    """A message to everybody in a lobby or tournament."""

    id: Id
    """Who said it."""
    content: str = Field(examples=MESSAGES)
