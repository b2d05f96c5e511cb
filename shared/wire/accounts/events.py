"""The events of accounts, in their wire form."""

from __future__ import annotations

from shared.domain.accounts.pictures import Picture
from shared.events import Event, render
from shared.wire.accounts.users import ProfilePicture


def picture_unlocked(picture: Picture) -> Event:
    """The user has unlocked a profile picture."""
    profile_picture = ProfilePicture.of(picture, unlocked=True, equipped=False)
    return render(
        "profile-picture-unlocked", data=profile_picture.model_dump(mode="json"), kwargs={"id": picture.id}
    )


def user_deleted(user_id: int) -> Event:
    """The account is deleted; the SSE container closes its streams."""
    return render("delete-user", data={"id": user_id})
