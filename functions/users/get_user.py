"""GET /users/<id>/: a user, as another one sees them."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.accounts.errors import NoSuchUser
from shared.http.endpoint import Named, User, endpoint
from shared.wire.accounts.users import Friendship, SmallUser, UserProfile

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/users/{user_id}/", errors=[NoSuchUser])
def get_user(me: User, named: Named) -> UserProfile:
    """Read a user, and your friendship with them. Someone who has blocked you can't be found."""
    row, account = named.friendship, named.account
    friendship = None if row is None else Friendship.of(row, me.id, account)
    return UserProfile(**dict(SmallUser.of(account)), friends=friendship)
