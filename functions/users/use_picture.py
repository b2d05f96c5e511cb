"""PUT /users/profile-picture/<id>/: the user who is asking is shown with another picture."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.accounts.pictures import PICTURES
from shared.domain.errors import Forbidden, NoSuchPicture
from shared.http.endpoint import User, endpoint
from shared.store.unit_of_work import UnitOfWork
from shared.wire.accounts.users import ProfilePicture

bp = Blueprint(__name__)


def locked() -> Forbidden:
    """The 403 for a picture that isn't unlocked."""
    return Forbidden("You have not unlocked this profile picture.", "picture_locked")


@endpoint(bp, "PUT", "/users/profile-picture/{id}/", errors=[locked(), NoSuchPicture])
def use_picture(me: User, id: int) -> ProfilePicture:
    """Use a profile picture that you have unlocked."""
    if id >= len(PICTURES):
        raise NoSuchPicture
    if id not in me.pictures:
        raise locked()
    work = UnitOfWork()
    work.update(me, [User.picture.set(id)])
    work.commit()
    return ProfilePicture.of(PICTURES[id], unlocked=True, equipped=True)
