"""The events of accounts."""

from __future__ import annotations

from pydantic import Field

from shared.domain.accounts.pictures import Picture
from shared.events import Event, EventKind, Occasion, Target
from shared.wire.accounts.pictures import ProfilePicture
from shared.wire.event_parts import UserId
from shared.wire.instance import Instance


class PictureId(Instance):
    """The picture's number."""

    id: int = Field(examples=[7])
    """The picture's number."""


DELETE_USER = EventKind(
    code="delete-user",
    service="user",
    data=UserId,
    occasions=(
        Occasion(
            "the account is deleted; it is the last event, and closes the streams (`data`: our choice)",
            "its user",
        ),
    ),
    pushable=False,
)
PROFILE_PICTURE_UNLOCKED = EventKind(
    code="profile-picture-unlocked",
    service="user",
    data=ProfilePicture,
    kwargs=PictureId,
    message="You unlocked a profile picture.",
    person=True,
    targets=(
        Target("/api/users/profile-picture/{id}/", "api", "PUT", "Use", "/assets/icons/use.svg"),
        Target("/profile-pictures", display_name="See all", display_icon="/assets/icons/pictures.svg"),
    ),
    occasions=(Occasion("a picture is unlocked", "its user"),),
)

KINDS = (DELETE_USER, PROFILE_PICTURE_UNLOCKED)


def picture_unlocked(picture: Picture) -> Event:
    """The user has unlocked a profile picture."""
    shown = ProfilePicture.of(picture, unlocked=True, equipped=False)
    return PROFILE_PICTURE_UNLOCKED.render(shown, PictureId(id=picture.id))


def user_deleted(user_id: int) -> Event:
    """The account is deleted; the SSE container closes its streams."""
    return DELETE_USER.render(UserId(id=user_id))
