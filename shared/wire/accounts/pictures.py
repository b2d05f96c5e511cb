"""Profile pictures as the contract shows them."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from pydantic import ConfigDict, Field

from shared.domain.accounts.pictures import PICTURES, Picture
from shared.wire.instance import Instance


class SmallProfilePicture(Instance):
    """A profile picture in its small sizes."""

    model_config = ConfigDict(title="SmallProfilePictureInstance")

    id: int = Field(examples=[1])
    """The picture's number, from 1."""
    name: str = Field(examples=["Register"])
    """The picture's name."""
    small: str = Field(examples=["/assets/profile_pictures/register_small.png"])
    """The path of the picture at 64 pixels."""
    medium: str = Field(examples=["/assets/profile_pictures/register_medium.png"])
    """The path of the picture at 128 pixels."""

    @staticmethod
    def of(picture: Picture) -> SmallProfilePicture:
        """The picture, small."""
        return _small(picture)


@cache
def _small(picture: Picture) -> SmallProfilePicture:
    return SmallProfilePicture(
        id=picture.id, name=picture.name, small=picture.url("small"), medium=picture.url("medium")
    )


class ProfilePicture(Instance):
    """A profile picture, as you see it."""

    model_config = ConfigDict(title="ProfilePictureInstance")

    id: int = Field(examples=[1])
    """The picture's number, from 1."""
    name: str = Field(examples=["Register"])
    """The picture's name."""
    unlock_reason: str = Field(examples=["Register."])
    """How the picture is unlocked."""
    unlock: bool
    """Whether you have unlocked it."""
    is_equiped: bool
    """Whether you use it."""
    url: str = Field(examples=["/assets/profile_pictures/register.png"])
    """The path of the picture in full size."""
    small: str = Field(examples=["/assets/profile_pictures/register_small.png"])
    """The path of the picture at 64 pixels."""
    medium: str = Field(examples=["/assets/profile_pictures/register_medium.png"])
    """The path of the picture at 128 pixels."""
    large: str = Field(examples=["/assets/profile_pictures/register_large.png"])
    """The path of the picture at 256 pixels."""

    @classmethod
    def of(cls, picture: Picture, *, unlocked: bool, equipped: bool) -> ProfilePicture:
        """The picture as its owner sees it."""
        return cls(
            id=picture.id,
            name=picture.name,
            unlock_reason=picture.unlock_reason,
            unlock=unlocked,
            is_equiped=equipped,
            url=picture.url(),
            small=picture.url("small"),
            medium=picture.url("medium"),
            large=picture.url("large"),
        )

    @classmethod
    def all_of(cls, unlocked: Collection[int], equipped: int) -> list[ProfilePicture]:
        """All pictures, by id: the equipped one first, then the unlocked ones, then the others."""
        order = sorted(PICTURES, key=lambda p: (p.id != equipped, p.id not in unlocked, p.id))
        return [
            cls.of(picture, unlocked=picture.id in unlocked, equipped=picture.id == equipped)
            for picture in order
        ]
