"""GET /users/profile-pictures/: all profile pictures."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.http.endpoint import User, endpoint
from shared.wire.accounts.pictures import ProfilePicture

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/users/profile-pictures/")
def list_pictures(me: User) -> list[ProfilePicture]:
    """Read all profile pictures: the one that you use, then those that you have unlocked, then the others."""
    return ProfilePicture.all_of(me.pictures, me.picture)
