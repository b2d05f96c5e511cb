"""The events of tournaments, in their wire form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from shared.domain.errors import RaceLost
from shared.domain.play.bracket import Pairing
from shared.domain.play.rooms import RoomEvent
from shared.domain.play.tournament import Tournament
from shared.events import Event, render
from shared.wire.play import tournaments as wire
from shared.wire.play.tournaments import TournamentParticipant, TournamentView
from shared.wire.scalars import instant

SHOW_BRACKET = ("tournament-start", "tournament-match-finish")


def tournament_events(
    events: Iterable[RoomEvent], tournament: Tournament, view: TournamentView
) -> Iterator[tuple[tuple[int, ...], Event]]:
    """The events of a change with their receivers. `tournament` is the changed one."""
    received = [event for event in events if event.to]
    tournament_data: dict[str, Any] | None = None
    if any(event.code in SHOW_BRACKET for event in received):  # a tournament of 16 takes milliseconds to show
        tournament_data = wire.Tournament.of(tournament, view).model_dump(mode="json")
    for event in received:
        data, kwargs = _content(event, tournament, view, tournament_data)
        yield event.to, render(event.code, data=data, kwargs=kwargs)


def _content(
    event: RoomEvent, tournament: Tournament, view: TournamentView, tournament_data: dict[str, Any] | None
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Data and kwargs of an event."""
    named = {"username": view.name(event.user_id)}
    match event.code:
        case "tournament-join":
            return _joined(event.user_id or 0, tournament, view), named
        case "tournament-leave":
            return {"id": event.user_id}, named
        case "tournament-start-at" | "tournament-start-cancel":
            start_at = instant(tournament.start_at) if tournament.start_at else None
            return {"id": tournament.id, "start_at": start_at}, None
        case "tournament-start":
            return tournament_data, None
        case "tournament-available-spectate-matches":
            running = tournament.bracket.running() if tournament.bracket else ()
            return {str(pairing.game.id): pairing.game.code for pairing in running if pairing.game}, None
        case "tournament-match-finish" if event.pairing:
            return tournament_data, _result(event.pairing, view)
        case "tournament-finish":
            return None, {"id": tournament.id, "name": tournament.name, **named}
    return None, None


def _joined(user_id: int, tournament: Tournament, view: TournamentView) -> dict[str, Any]:
    entrant, account = tournament.find(user_id), view.accounts.get(user_id)
    if entrant is None or account is None:
        raise RaceLost
    return TournamentParticipant.within(tournament, entrant, account).model_dump(mode="json")


def _result(pairing: Pairing, view: TournamentView) -> dict[str, Any]:
    scores = pairing.score("a"), pairing.score("b")
    if pairing.winner == "b":
        scores = scores[1], scores[0]
    return {
        "winner": view.name(pairing.winner_id),
        "looser": view.name(pairing.looser_id),
        "score_winner": scores[0],
        "score_looser": scores[1],
        "finish_reason": pairing.finish_reason,
    }
