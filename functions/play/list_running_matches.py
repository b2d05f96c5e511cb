"""GET /private/matches/: a service lists the running matches."""

from __future__ import annotations

from typing import Literal

from chalice.app import Blueprint

from shared.domain.errors import Invalid
from shared.http.bodies import Body
from shared.http.endpoint import Auth, PageQuery, endpoint
from shared.http.pages import Page
from shared.store import keys
from shared.store.accounts.users import account_keys, accounts_in
from shared.store.base import read_items, utc_now
from shared.store.play.matches import MatchRow, read_running
from shared.wire.play.matches import RunningMatch

bp = Blueprint(__name__)


class MatchesQuery(Body):
    """Which matches."""

    state: Literal["running"] = "running"
    """What they do just now."""


@endpoint(bp, "GET", "/private/matches/", auth=Auth.SERVICE, errors=[Invalid])
def list_running_matches(query: MatchesQuery, page: PageQuery) -> Page[RunningMatch]:  # noqa: ARG001 (one state so far)
    """Read the running matches, the oldest first. Follow `/sse/matches/` before: what starts meanwhile comes there."""
    now, running = utc_now(), read_running()
    shown = page.cut(running)
    players = {player for row in shown for player in row.players}
    matches = [keys.match(row.match_id) for row in shown]
    found = read_items([*matches, *account_keys(players)])
    accounts = accounts_in(found, players, now)
    rows = [found.get(key) for key in matches]
    # One may have ended since the list was read.
    results = [row.state for row in rows if isinstance(row, MatchRow) and not row.state.winner]
    return page.page(len(running), [RunningMatch.of(match, accounts, now) for match in results])
