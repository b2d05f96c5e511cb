"""Small models that events of several areas share."""

from __future__ import annotations

from pydantic import Field

from shared.wire.instance import Instance
from shared.wire.scalars import Code, Id

NAMES = ["bob", "alice"]


class UserId(Instance):
    """The user."""

    id: Id


class ByUser(Instance):
    """The user who did it."""

    username: str = Field(examples=NAMES)


class PlaceCode(Instance):
    """A lobby or tournament, and the code to join it."""

    id: Id
    code: Code


class RoomText(Instance):
    """The author and the text."""

    id: Id
    """The author."""
    content: str = Field(examples=["Good luck!"])


class Inviter(ByUser):
    """The user who invites, and the code to join."""

    code: Code
