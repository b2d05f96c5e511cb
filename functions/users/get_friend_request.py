"""GET /users/me/friend_requests/<id>/: a friend request of the caller."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.social.errors import NoSuchRequest
from shared.http.endpoint import Account, Auth, Relations, endpoint
from shared.store.base import utc_now
from shared.usecases.social.friends import read_request
from shared.wire.social.relations import FriendRequest

bp = Blueprint(__name__)


@endpoint(
    bp,
    "GET",
    "/users/me/friend_requests/{friend_request_id}/",
    auth=Auth.REGISTERED,
    errors=[NoSuchRequest],
)
def get_friend_request(me: Account, relations: Relations, friend_request_id: int) -> FriendRequest:
    """Read a friend request that you have sent or received. 404 for one between others."""
    return read_request(me, relations, friend_request_id, utc_now())
