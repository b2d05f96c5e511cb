"""GET /users/me/stats/: the caller's statistics."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.http.endpoint import User, endpoint
from shared.wire.accounts.statistics import StatsLine, stats_lines

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/users/me/stats/")
def list_stats(me: User) -> list[StatsLine]:
    """Read your statistics: `global` first, then duel, clash, ranked and tournament."""
    return stats_lines(me.id, me.statistics)
