"""The events of matches."""

from __future__ import annotations

from shared.events import Event, EventKind, Occasion, Target
from shared.wire.instance import Instance
from shared.wire.play.matches import FinishedMatch, MatchInstance, RunningMatch
from shared.wire.scalars import Code, Id


class MatchCode(Instance):
    """The match."""

    code: Code
    """The match's code."""


class VoidMatch(MatchCode):
    """The match."""

    id: Id
    """The match's id."""


GAME_START = EventKind(
    code="game-start",
    service="game",
    data=MatchInstance,
    message="The match starts.",
    targets=(Target("/{code}/", "websocket", None, "Play", "/assets/icons/play.svg"),),
    occasions=(Occasion("a match starts, of whatever mode", "its players"),),
)
GAME_VOID = EventKind(
    code="game-void",
    service="game",
    data=VoidMatch,
    message="The match was removed without a result.",
    person=True,
    occasions=(Occasion("a match is void: no player came, or its time ran out at a tie", "its players"),),
)
LOBBY_SPECTATE_GAME = EventKind(
    code="lobby-spectate-game",
    service="lobby",
    data=MatchCode,
    message="The match starts: watch it.",
    targets=(Target("/{code}/", "websocket", None, "Watch", "/assets/icons/watch.svg"),),
    occasions=(Occasion("the lobby's match starts", "its spectators"),),
)

KINDS = (GAME_START, GAME_VOID, LOBBY_SPECTATE_GAME)

MATCH_START = EventKind(
    code="match-start",
    service="game",
    data=RunningMatch,
    occasions=(Occasion("a match starts, of whatever mode", "services that follow all matches"),),
    pushable=False,
)
MATCH_FINISH = EventKind(
    code="match-finish",
    service="game",
    data=FinishedMatch,
    occasions=(Occasion("a match has a winner", "services that follow all matches"),),
    pushable=False,
)
MATCH_VOID = EventKind(
    code="match-void",
    service="game",
    data=VoidMatch,
    occasions=(Occasion("a match is removed without a result", "services that follow all matches"),),
    pushable=False,
)

FEED_KINDS = (MATCH_START, MATCH_FINISH, MATCH_VOID)


def game_start(match: MatchInstance) -> Event:
    """For the players of a match that begins."""
    return GAME_START.render(match)


def spectate_game(match: MatchInstance) -> Event:
    """For the spectators of the lobby that plays a match."""
    return LOBBY_SPECTATE_GAME.render(MatchCode(code=match.code))


def game_void(match_id: int, code: str) -> Event:
    """For the players of a match that is removed."""
    return GAME_VOID.render(VoidMatch(id=match_id, code=code))


def match_start(match: RunningMatch) -> Event:
    """For services: a match begins."""
    return MATCH_START.render(match)


def match_finish(match: FinishedMatch) -> Event:
    """For services: a match has ended with a result."""
    return MATCH_FINISH.render(match)


def match_void(match_id: int, code: str) -> Event:
    """For services: a match is removed."""
    return MATCH_VOID.render(VoidMatch(id=match_id, code=code))
