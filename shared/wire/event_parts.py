"""Small models that events of several areas share."""

from __future__ import annotations

from pydantic import Field

from shared.wire.instance import Instance
from shared.wire.scalars import Code, Id

NAMES = ["bob", "alice"]


class UserId(Instance):
    """The user."""

    id: Id
    """The user's id."""


class ByUser(Instance):
    """The user who did it."""

    username: str = Field(examples=NAMES)
    """The user's name."""


class PlaceCode(Instance):
    """A lobby or tournament, and the code to join it."""

    id: Id
    """The id of the lobby or tournament."""
    code: Code
    """The code to join by."""


class RoomText(Instance):
    """The author and the text."""

    id: Id
    """The author."""
    content: str = Field(examples=["Good luck!"])
    """The text."""


class Inviter(ByUser):
    """The user who invites, and the code to join."""

    code: Code
    """The code to join by."""
