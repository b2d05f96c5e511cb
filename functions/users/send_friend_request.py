"""POST /users/me/friend_requests/: the user who is asking wants to be somebody's friend."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import Field

from shared.domain.accounts.errors import NoSuchUser
from shared.domain.social.errors import (
    AlreadyFriends,
    BlockedByYou,
    RequestExists,
    RequestsNotAccepted,
    SelfRequest,
    TooManyReceivedRequests,
    TooManySentRequests,
)
from shared.http.bodies import Body
from shared.http.endpoint import Account, Auth, Relations, endpoint
from shared.usecases.social import friends
from shared.wire.social.relations import FriendRequest

bp = Blueprint(__name__)


class Asked(Body):
    """Who is to be a friend."""

    username: str = Field(examples=["bob"])


@endpoint(
    bp,
    "POST",
    "/users/me/friend_requests/",
    auth=Auth.REGISTERED,
    status=201,
    errors=[
        SelfRequest,
        BlockedByYou,
        RequestsNotAccepted,
        TooManySentRequests,
        TooManyReceivedRequests,
        NoSuchUser,
        RequestExists,
        AlreadyFriends,
    ],
)
def send_friend_request(me: Account, relations: Relations, body: Asked) -> FriendRequest:
    """Ask a user to be your friend. They get `receive-friend-request`.

    The name may be in any case. Guests, and who has blocked you, can't be found. At most 20 requests can be pending.
    """
    return friends.send_request(me, relations, body.username)
