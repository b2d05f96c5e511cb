"""GET /play/tournament/search/: users look for tournaments that they can join."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import Field

from shared.http.bodies import Body
from shared.http.endpoint import PageQuery, User, endpoint
from shared.http.pages import Page
from shared.usecases.play import tournaments
from shared.wire.play.tournaments import FoundTournament

bp = Blueprint(__name__)


class TournamentSearch(Body):
    """What to look for."""

    q: str = Field(default="", examples=["cup"])
    """A part of the name, whatever its case; without it, all are found."""


@endpoint(bp, "GET", "/play/tournament/search/")
def search_tournaments(me: User, query: TournamentSearch, page: PageQuery) -> Page[FoundTournament]:
    """Find tournaments that haven't started by a part of their name, whatever its case, the newest first.

    Only their creator finds private ones. You don't find those that have banned you, nor those of creators whom you
    have blocked or who have blocked you.
    """
    found = tournaments.search(me, query.q)
    shown = found[page.offset : page.offset + page.limit]
    creators = tournaments.read_creators(shown)
    results = [FoundTournament.of(row, creators.get(row.created_by)) for row in shown]
    return page.page(len(found), results)
