"""DELETE /users/me/friend_requests/<id>/: the caller cancels or rejects a friend request."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.social.errors import NoSuchRequest
from shared.http.endpoint import Account, Auth, Relations, endpoint
from shared.usecases.social.friends import end_request

bp = Blueprint(__name__)


@endpoint(
    bp,
    "DELETE",
    "/users/me/friend_requests/{friend_request_id}/",
    auth=Auth.REGISTERED,
    status=204,
    errors=[NoSuchRequest],
)
def end_friend_request(me: Account, relations: Relations, friend_request_id: int) -> None:
    """Cancel a friend request that you have sent, or reject one that you have received.

    The other user gets `cancel-friend-request` or `reject-friend-request`.
    """
    end_request(me.user, relations, friend_request_id)
