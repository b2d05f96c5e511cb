"""GET /users/me/blocked/: the users that the caller has blocked."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.http.endpoint import Account, Auth, PageQuery, Relations, endpoint
from shared.http.pages import Page
from shared.store.base import utc_now
from shared.usecases.social.blocks import read_blocks
from shared.wire.social.relations import Blocked

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/users/me/blocked/", auth=Auth.REGISTERED)
def list_blocked(me: Account, relations: Relations, page: PageQuery) -> Page[Blocked]:
    """Read the users you block, the latest block first."""
    blocked = relations.newest("blocked")
    return page.page(len(blocked), read_blocks(me.user.id, page.cut(blocked), utc_now()))
