"""GET /users/<id>/: another user."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.accounts.errors import NoSuchUser
from shared.http.endpoint import User, endpoint
from shared.store import keys
from shared.store.accounts.users import account_keys, accounts_in
from shared.store.base import read_items, utc_now
from shared.store.social.relations import PairRow
from shared.wire.accounts.users import Friendship, SmallUser, UserProfile

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/users/{user_id}/", errors=[NoSuchUser])
def get_user(me: User, user_id: int) -> UserProfile:
    """Read a user, and your friendship with them. Someone who has blocked you can't be found."""
    pair = keys.friendship(me.id, user_id)
    items = read_items([*account_keys([user_id]), pair])
    account = accounts_in(items, [user_id], utc_now()).get(user_id)
    if account is None or me.id in account.user.blocked:
        raise NoSuchUser
    row = items.get(pair)
    friendship = None
    if isinstance(row, PairRow) and row.are_friends:
        friendship = Friendship.of(row, me.id, account)
    return UserProfile(**dict(SmallUser.of(account)), friends=friendship)
