"""GET /users/me/friends/<id>/: a friendship of the caller."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.social.errors import NoSuchFriendship
from shared.http.endpoint import Account, Auth, Relations, endpoint
from shared.store.base import utc_now
from shared.usecases.social.friends import read_friendship
from shared.wire.accounts.users import Friendship

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/users/me/friends/{friendship_id}/", auth=Auth.REGISTERED, errors=[NoSuchFriendship])
def get_friend(me: Account, relations: Relations, friendship_id: int) -> Friendship:
    """Read a friendship of yours. 404 for one between others."""
    return read_friendship(me, relations, friendship_id, utc_now())
