"""GET /users/<id>/: another user."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.errors import NoSuchUser
from shared.http.endpoint import User, endpoint
from shared.store.base import utc_now
from shared.store.users import read_accounts
from shared.wire.users import SmallUser, UserProfile

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/users/{user_id}/", errors=[NoSuchUser])
def get_user(me: User, user_id: int) -> UserProfile:
    """Read a user. Someone who has blocked you can't be found."""
    account = read_accounts([user_id], utc_now()).get(user_id)
    if account is None or me.user_id in account.user.blocked_ids:
        raise NoSuchUser
    return UserProfile(**dict(SmallUser.of(account)))
