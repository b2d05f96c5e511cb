"""POST /users/me/friend_requests/: the caller asks a user to be friends."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import Field

from shared.domain.accounts.errors import NoSuchUser
from shared.domain.limits import FRIEND_REQUEST
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
    """The user to ask."""

    username: str = Field(examples=["bob"])
    """The receiver's name, in any case."""


@endpoint(
    bp,
    "POST",
    "/users/me/friend_requests/",
    auth=Auth.REGISTERED,
    status=201,
    limits=[FRIEND_REQUEST],
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

    The name may be in any case. You can't find guests, or users who have blocked you. At most 20 requests can be
    pending.
    """
    return friends.send_request(me, relations, body.username)
