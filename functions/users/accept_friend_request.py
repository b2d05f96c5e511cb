"""POST /users/me/friend_requests/<id>/: the caller accepts a friend request."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.social.errors import NoSuchRequest, OwnRequest, TooManyFriends
from shared.http.endpoint import Account, Auth, Relations, endpoint
from shared.usecases.social import friends
from shared.wire.accounts.users import Friendship

bp = Blueprint(__name__)


@endpoint(
    bp,
    "POST",
    "/users/me/friend_requests/{friend_request_id}/",
    auth=Auth.REGISTERED,
    status=201,
    errors=[OwnRequest, TooManyFriends, NoSuchRequest],
)
def accept_friend_request(me: Account, relations: Relations, friend_request_id: int) -> Friendship:
    """Accept a friend request that you have received. The sender gets `accept-friend-request`.

    The friendship has the id of the request. 403 for one that you have sent, 404 for one between others.
    """
    return friends.accept_request(me, relations, friend_request_id)
