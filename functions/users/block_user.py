"""POST /users/me/blocked/: the caller blocks a user."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.accounts.errors import NoSuchUser
from shared.domain.social.errors import AlreadyBlocked, SelfBlock, TooManyBlocks
from shared.http.bodies import Body
from shared.http.endpoint import Account, Auth, endpoint
from shared.usecases.social import blocks
from shared.wire.scalars import GivenId
from shared.wire.social.relations import Blocked

bp = Blueprint(__name__)


class Unwanted(Body):
    """Whom to block."""

    user_id: GivenId
    """The user's id."""


@endpoint(
    bp,
    "POST",
    "/users/me/blocked/",
    auth=Auth.REGISTERED,
    status=201,
    errors=[SelfBlock, TooManyBlocks, NoSuchUser, AlreadyBlocked],
)
def block_user(me: Account, body: Unwanted) -> Blocked:
    """Block a user: they can't find you any more, and matchmaking never brings you together.

    It ends your friendship or friend request. 404 for guests, and for users who have blocked you. At most 50.
    """
    return blocks.block(me, body.user_id)
