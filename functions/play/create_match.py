"""POST /private/match/create/: a service begins a match."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import Field

from shared.domain.errors import Invalid
from shared.domain.play.errors import InTournament, UsersPlaying
from shared.domain.play.matches import GameMode
from shared.http.bodies import Body
from shared.http.endpoint import Auth, endpoint
from shared.store.accounts.users import read_accounts
from shared.store.base import utc_now
from shared.usecases.play.match_start import start_match
from shared.wire.play.matches import MatchInstance
from shared.wire.scalars import GivenId

bp = Blueprint(__name__)

TEAM_SIZES = {"duel": {1}, "ranked": {1}, "tournament": {1}, "clash": {3}, "custom_game": {1, 3}}


class PlayerId(Body):
    """A player."""

    id: GivenId
    """The player's id."""


class TwoTeams(Body):
    """Who plays on which side."""

    a: list[PlayerId] = Field(min_length=1, max_length=3)
    """The players of side a."""
    b: list[PlayerId] = Field(min_length=1, max_length=3)
    """The players of side b."""


class NewMatch(Body):
    """A mode and two teams of 1 or 3: 3 in clash, either in custom games, 1 elsewhere."""

    game_mode: GameMode
    """The mode that it counts for."""
    teams: TwoTeams
    """Both sides, with their players."""


@endpoint(
    bp,
    "POST",
    "/private/match/create/",
    auth=Auth.SERVICE,
    status=201,
    errors=[Invalid, UsersPlaying, InTournament],
)
def create_match(body: NewMatch) -> MatchInstance:
    """Begin a match. Everyone gets `game-start`, as from matchmaking. 409 if one of them plays already, or may
    still win a started tournament."""
    a, b = ([player.id for player in team] for team in (body.teams.a, body.teams.b))
    if len(a) != len(b) or len(a) not in TEAM_SIZES[body.game_mode]:
        sizes = " or ".join(str(size) for size in sorted(TEAM_SIZES[body.game_mode]))
        raise Invalid.field("teams", f"A {body.game_mode} match has {sizes} a side.")
    if len({*a, *b}) < len(a) + len(b):
        raise Invalid.field("teams", "Nobody can play twice.")
    accounts = read_accounts([*a, *b], utc_now())
    unknown = [str(user_id) for user_id in (*a, *b) if user_id not in accounts]
    if unknown:
        raise Invalid.field("teams", f"No such user: {', '.join(unknown)}.")
    if body.game_mode == "ranked" and any(account.user.is_guest for account in accounts.values()):
        raise Invalid.field("teams", "Guests cannot play ranked matches.")
    return start_match(body.game_mode, [accounts[id_] for id_ in a], [accounts[id_] for id_ in b])
