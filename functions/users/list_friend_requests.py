"""GET /users/me/friend_requests/: the friend requests that the caller has sent."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.http.endpoint import Account, Auth, PageQuery, Relations, endpoint
from shared.http.pages import Page
from shared.store.base import utc_now
from shared.store.social.relations import REQUEST
from shared.usecases.social.friends import read_pairs
from shared.wire.social.relations import FriendRequest

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/users/me/friend_requests/", auth=Auth.REGISTERED)
def list_friend_requests(me: Account, relations: Relations, page: PageQuery) -> Page[FriendRequest]:
    """Read the friend requests you have sent, without those that are answered, newest first."""
    sent = relations.newest("sent")
    pairs = read_pairs(me.user.id, page.cut(sent), REQUEST, utc_now())
    return page.page(len(sent), [FriendRequest.of(row, me, receiver) for row, receiver in pairs])
