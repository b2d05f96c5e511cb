"""GET /users/me/friend_requests/received/: the friend requests that the caller has received."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.http.endpoint import Account, Auth, PageQuery, Relations, endpoint
from shared.http.pages import Page
from shared.store.base import utc_now
from shared.store.social.relations import REQUEST
from shared.usecases.social.friends import mark_listed, new_requests, read_pairs
from shared.wire.social.relations import FriendRequest

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/users/me/friend_requests/received/", auth=Auth.REGISTERED)
def list_received_requests(me: Account, relations: Relations, page: PageQuery) -> Page[FriendRequest]:
    """Read the friend requests that you have received, newest first.

    Requests that are `new` on this page aren't `new` afterwards, and don't count in your notifications any more.
    """
    received, new = relations.newest("received"), new_requests(me)
    pairs = read_pairs(me.user.id, page.cut(received), REQUEST, utc_now())
    mark_listed(me.user.id, [row.id for row, _ in pairs if row.id in new])
    shown = [FriendRequest.of(row, me, sender, new=row.id in new) for row, sender in pairs]
    return page.page(len(received), shown)
