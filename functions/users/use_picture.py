"""PUT /users/profile-picture/<id>/: the caller chooses a profile picture."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.accounts.errors import NoSuchPicture, PictureLocked
from shared.domain.accounts.pictures import PICTURES
from shared.http.endpoint import User, endpoint
from shared.store.unit_of_work import UnitOfWork
from shared.wire.accounts.pictures import ProfilePicture

bp = Blueprint(__name__)


@endpoint(bp, "PUT", "/users/profile-picture/{id}/", errors=[PictureLocked, NoSuchPicture])
def use_picture(me: User, id: int) -> ProfilePicture:
    """Use a profile picture that you have unlocked."""
    if id >= len(PICTURES):
        raise NoSuchPicture
    if id not in me.pictures:
        raise PictureLocked
    work = UnitOfWork()
    work.update(me, [User.picture.set(id)])
    work.commit()
    return ProfilePicture.of(PICTURES[id], unlocked=True, equipped=True)
