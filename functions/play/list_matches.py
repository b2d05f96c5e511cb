"""GET /game/matches/<user id>/: the finished matches of a user."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint

from shared.domain.accounts.errors import NoSuchUser
from shared.http.endpoint import Named, PageQuery, User, endpoint
from shared.http.pages import Page
from shared.store import keys
from shared.store.accounts.users import read_accounts, without_statuses
from shared.store.base import utc_now
from shared.store.lists import read_page
from shared.store.play.matches import PlayedMatch
from shared.wire.play.matches import MatchInstance

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/game/matches/{user_id}/", errors=[NoSuchUser])
def list_matches(me: User, named: Named, page: PageQuery) -> Page[MatchInstance]:
    """Read the finished matches of a user, newest first. Someone who has blocked you can't be found."""
    user, now = named.account.user, utc_now()
    count = user.matches_played
    rows = read_page(
        partial(keys.played, user.id), count, offset=page.offset, limit=page.limit, newest_first=True
    )
    matches = [row.state for row in rows if isinstance(row, PlayedMatch)]
    opponents = {player for match in matches for player in match.user_ids} - {user.id}
    players = {user.id: named.account} | (read_accounts(opponents, now) if opponents else {})
    accounts = without_statuses(me, players)
    return page.page(count, [MatchInstance.of(match, accounts, now) for match in matches])
