"""GET /users/me/friends/: the caller's friends."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.http.bodies import Body
from shared.http.endpoint import Account, Auth, PageQuery, Relations, endpoint
from shared.http.pages import Page
from shared.store.accounts.users import read_presence
from shared.store.base import utc_now
from shared.store.social.relations import FRIENDS
from shared.usecases.social.friends import read_pairs
from shared.wire.accounts.users import Friendship
from shared.wire.scalars import GivenFlag

bp = Blueprint(__name__)


class FriendFilter(Body):
    """Which friends."""

    online: GivenFlag = None
    """Only those who are online, or only those who aren't."""


@endpoint(bp, "GET", "/users/me/friends/", auth=Auth.REGISTERED)
def list_friends(me: Account, relations: Relations, query: FriendFilter, page: PageQuery) -> Page[Friendship]:
    """Read your friends, the latest request first."""
    now, mine = utc_now(), relations.newest("friends")
    if query.online is not None:
        online = read_presence((friend.other for friend in mine), now)
        mine = [friend for friend in mine if online.get(friend.other) is query.online]
    pairs = read_pairs(me.user.id, page.cut(mine), FRIENDS, now)
    return page.page(len(mine), [Friendship.of(row, me.user.id, friend) for row, friend in pairs])
