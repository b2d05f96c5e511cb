"""The events of matches, in their wire form."""

from __future__ import annotations

from shared.events import Event, render
from shared.wire.play.matches import MatchInstance


def game_start(match: MatchInstance) -> Event:
    """For the players of a match that begins."""
    return render("game-start", data=match.model_dump(mode="json"))


def spectate_game(match: MatchInstance) -> Event:
    """For the spectators of the lobby that plays a match."""
    return render("lobby-spectate-game", data={"code": match.code})
