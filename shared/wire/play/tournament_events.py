"""The events of tournaments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import ConfigDict, Field, RootModel

from shared.domain.errors import RaceLost
from shared.domain.play.bracket import Pairing
from shared.domain.play.matches import FinishReason
from shared.domain.play.rooms import RoomEvent
from shared.domain.play.tournament import Tournament
from shared.events import Event, EventKind, Occasion, Target
from shared.wire.event_parts import NAMES, ByUser, UserId
from shared.wire.instance import Instance
from shared.wire.play import tournaments as wire
from shared.wire.play.bracket import DELETED, TournamentView
from shared.wire.play.tournaments import TournamentName, TournamentParticipant
from shared.wire.scalars import Code, Id, Instant


class StartTime(Instance):
    """A tournament, and when it starts; null if it doesn't."""

    id: Id
    """The tournament's id."""
    start_at: Instant | None
    """When the countdown ends; null if it was stopped."""


class RunningMatches(RootModel[dict[str, Code]]):
    """The codes of the running matches by their ids."""

    model_config = ConfigDict(
        defer_build=True,
        json_schema_extra={"examples": [{"116142351589376": "4711", "116142360502280": "0815"}]},
    )


class ResultWords(Instance):
    """A result: names of the users and scores. A name is null where there is no such user."""

    winner: str | None = Field(examples=NAMES[:1])
    """The winner's name; null without one."""
    looser: str | None = Field(examples=NAMES[1:])
    """The looser's name; null without one."""
    score_winner: int = Field(examples=[3])
    """The winner's points."""
    score_looser: int = Field(examples=[1])
    """The looser's points."""
    finish_reason: FinishReason = Field(examples=["normal-end"])
    """How the match ended, as in `BracketMatchInstance`."""


class Ending(Instance):
    """A tournament and its winner; null if it has none."""

    id: Id
    """The tournament's id."""
    name: TournamentName
    """The tournament's name."""
    username: str | None = Field(examples=NAMES)
    """The winner's name; null without one."""


TOURNAMENT_JOIN = EventKind(
    code="tournament-join",
    service="tournament",
    data=TournamentParticipant,
    kwargs=ByUser,
    message="{username} joined the tournament.",
    occasions=(Occasion("a user joins, or comes back to watch", "everyone else in it"),),
)
TOURNAMENT_LEAVE = EventKind(
    code="tournament-leave",
    service="tournament",
    data=UserId,
    kwargs=ByUser,
    message="{username} left the tournament.",
    occasions=(
        Occasion(
            "a participant leaves; goes offline before the start; is banned or deleted", "those still in it"
        ),
    ),
)
TOURNAMENT_BANNED = EventKind(
    code="tournament-banned",
    service="tournament",
    message="You were banned from the tournament.",
    person=True,
    occasions=(Occasion("a participant is banned, or blocked by the creator before the start", "that user"),),
)
TOURNAMENT_START_AT = EventKind(
    code="tournament-start-at",
    service="tournament",
    data=StartTime,
    message="The tournament starts soon.",
    person=True,
    occasions=(Occasion("the countdown begins", "everyone in it"),),
)
TOURNAMENT_START_CANCEL = EventKind(
    code="tournament-start-cancel",
    service="tournament",
    data=StartTime,
    message="The start of the tournament is cancelled.",
    person=True,
    occasions=(Occasion("the countdown is cancelled; `start_at` is null", "everyone in it"),),
)
TOURNAMENT_START = EventKind(
    code="tournament-start",
    service="tournament",
    data=wire.Tournament,
    message="The tournament starts.",
    person=True,
    occasions=(Occasion("the tournament starts; byes stand as results", "everyone in it"),),
)
TOURNAMENT_MATCH_FINISH = EventKind(
    code="tournament-match-finish",
    service="tournament",
    data=wire.Tournament,
    kwargs=ResultWords,
    message="{winner} beat {looser} {score_winner} to {score_looser}.",
    without={
        "winner": "A match ended without a winner.",
        "looser": "{winner} goes on without an opponent.",
    },
    occasions=(
        Occasion("a result stands, one event each; byes right after `tournament-start`", "everyone in it"),
    ),
)
TOURNAMENT_AVAILABLE_SPECTATE_MATCHES = EventKind(
    code="tournament-available-spectate-matches",
    service="tournament",
    data=RunningMatches,
    occasions=(
        Occasion(
            "while matches run: a participant is eliminated, an eliminated one comes back, a stage begins",
            "the eliminated user",
        ),
    ),
)
TOURNAMENT_FINISH = EventKind(
    code="tournament-finish",
    service="tournament",
    kwargs=Ending,
    message="{username} won the tournament {name}.",
    without={"username": "The tournament {name} ended without a winner."},
    person=True,
    targets=(Target("/tournament/{id}", display_name="View", display_icon="/assets/icons/view.svg"),),
    occasions=(Occasion("the tournament is over, right after the final's result", "everyone in it"),),
)

KINDS = (
    TOURNAMENT_JOIN,
    TOURNAMENT_LEAVE,
    TOURNAMENT_BANNED,
    TOURNAMENT_START_AT,
    TOURNAMENT_START_CANCEL,
    TOURNAMENT_START,
    TOURNAMENT_MATCH_FINISH,
    TOURNAMENT_AVAILABLE_SPECTATE_MATCHES,
    TOURNAMENT_FINISH,
)

SHOW_BRACKET = ("tournament-start", "tournament-match-finish")


def tournament_events(
    events: Iterable[RoomEvent], tournament: Tournament, view: TournamentView
) -> Iterator[tuple[tuple[int, ...], Event]]:
    """The events of a change with their receivers. `tournament` is the changed one."""
    received = [event for event in events if event.to]
    shown: wire.Tournament | None = None
    if any(event.code in SHOW_BRACKET for event in received):  # a tournament of 16 takes milliseconds to show
        shown = wire.Tournament.of(tournament, view)
    for event in received:
        yield event.to, _rendered(event, tournament, view, shown)


def _rendered(
    event: RoomEvent, tournament: Tournament, view: TournamentView, shown: wire.Tournament | None
) -> Event:
    match event.code:
        case "tournament-join":
            return TOURNAMENT_JOIN.render(_joined(event.user_id or 0, tournament, view), _by(event, view))
        case "tournament-leave":
            return TOURNAMENT_LEAVE.render(UserId(id=event.user_id or 0), _by(event, view))
        case "tournament-banned":
            return TOURNAMENT_BANNED.render()
        case "tournament-start-at":
            return TOURNAMENT_START_AT.render(StartTime(id=tournament.id, start_at=tournament.start_at))
        case "tournament-start-cancel":
            return TOURNAMENT_START_CANCEL.render(StartTime(id=tournament.id, start_at=tournament.start_at))
        case "tournament-start":
            return TOURNAMENT_START.render(shown)
        case "tournament-match-finish" if event.pairing:
            return TOURNAMENT_MATCH_FINISH.render(shown, _result(event.pairing, view))
        case "tournament-available-spectate-matches":
            running = tournament.bracket.running() if tournament.bracket else ()
            codes = {str(pairing.game.id): pairing.game.code for pairing in running if pairing.game}
            return TOURNAMENT_AVAILABLE_SPECTATE_MATCHES.render(RunningMatches(codes))
        case "tournament-finish":
            winner = view.name(event.user_id)
            return TOURNAMENT_FINISH.render(
                None, Ending(id=tournament.id, name=tournament.name, username=winner)
            )
    raise ValueError(event.code)


def _joined(user_id: int, tournament: Tournament, view: TournamentView) -> TournamentParticipant:
    entrant, account = tournament.find(user_id), view.accounts.get(user_id)
    if entrant is None or account is None:
        raise RaceLost
    return TournamentParticipant.within(tournament, entrant, account)


def _by(event: RoomEvent, view: TournamentView) -> ByUser:
    return ByUser(username=view.name(event.user_id) or DELETED)


def _result(pairing: Pairing, view: TournamentView) -> ResultWords:
    if pairing.finish_reason is None:
        raise ValueError("a match without a result has none to tell")
    scores = pairing.score("a"), pairing.score("b")
    if pairing.winner == "b":
        scores = scores[1], scores[0]
    return ResultWords(
        winner=view.name(pairing.winner_id),
        looser=view.name(pairing.looser_id),
        score_winner=scores[0],
        score_looser=scores[1],
        finish_reason=pairing.finish_reason,
    )
