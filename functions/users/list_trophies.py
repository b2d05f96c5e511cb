"""GET /users/me/stats/ranked/: how the caller's trophies changed."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint

from shared.http.endpoint import PageQuery, User, endpoint
from shared.http.pages import Page
from shared.store import keys
from shared.store.lists import read_page
from shared.store.play.matches import TrophyChange
from shared.wire.accounts.statistics import TrophyEntry

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/users/me/stats/ranked/")
def list_trophies(me: User, page: PageQuery) -> Page[TrophyEntry]:
    """Read how your trophies changed, oldest first, from the entry made at registration."""
    count = me.trophy_changes
    rows = read_page(
        partial(keys.trophy_change, me.id),
        count,
        offset=page.offset,
        limit=page.limit,
        newest_first=False,
    )
    return page.page(count, [TrophyEntry.of(row) for row in rows if isinstance(row, TrophyChange)])
