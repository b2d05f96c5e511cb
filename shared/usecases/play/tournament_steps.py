"""The steps of a tournament's state machine (infra/machines/tournament.asl.json)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from shared.domain.play import tournament_rules as rules
from shared.domain.play.matches import Match, team_of
from shared.domain.play.tournament import START, Tournament, Verdict
from shared.store.base import read_items
from shared.store.play.tournaments import TournamentRow, read_tournament
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.codes import with_new_codes
from shared.usecases.play.match_start import begin_bracket_match
from shared.usecases.play.results import book
from shared.usecases.play.tournament_writes import (
    close,
    leave_seat,
    read_view,
    started,
    view_in,
    view_keys,
    write_tournament,
)
from shared.wire.play.bracket import TournamentView

StepResult = dict[str, str | int]
"""The answer of a step to the state machine."""

GONE: StepResult = {"verdict": "gone", "stage": 0}


def await_start(tournament_id: int, run: int, token: str) -> None:
    """An execution waits for the start. If it has happened, or can't any more, the answer comes at once."""
    _wait(UnitOfWork(), read_tournament(tournament_id), run, START, token)


def start(tournament_id: int, run: int) -> StepResult:
    """The countdown is over: start the tournament, unless it has started. Returns the machine's next move."""
    row = read_tournament(tournament_id)
    if row is None or row.state.run != run:
        return GONE
    tournament = row.state
    if not tournament.is_started:
        work = UnitOfWork()
        view = read_view(tournament, work.now)
        tournament = write_tournament(work, row, started(tournament, view), view)
        work.commit()
    return {"verdict": "pause", "stage": tournament.stage or tournament.next_stage()}


def play_stage(tournament_id: int, run: int, stage: int, token: str) -> None:
    """Begin a stage, unless it has begun. Then the execution waits for the stage's end."""
    row = read_tournament(tournament_id)
    if row is None or row.state.run != run or (row.state.stage or 0) >= stage:
        _wait(UnitOfWork(), row, run, stage, token)
    else:
        _begin_stage(row, lambda begun: begun.wait(token, run, stage))


def take_next_step(tournament_id: int, now: datetime) -> str | None:
    """Do what an execution should have done by now; the name of the step, or None if there is none to do."""
    row = read_tournament(tournament_id)
    if row is None or row.state.run is None or row.state.due_at is None or row.state.due_at > now:
        return None
    if not row.state.is_started:
        start(tournament_id, row.state.run)
        return "start"
    if row.state.is_decided:
        finish(tournament_id, row.state.run)
        return "finish"
    _begin_stage(row, lambda begun: begun)
    return "stage"


def _begin_stage(row: TournamentRow, then: Callable[[Tournament], Tournament]) -> None:
    """Begin the next stage. `then` changes the tournament further."""
    tournament, pairs = row.state, row.state.pairs_to_play()

    def write(codes: list[str]) -> None:
        work = UnitOfWork()
        view = read_view(tournament, work.now)
        games: dict[int, Match] = {}
        for pairing, code in zip(pairs, codes, strict=True):
            a, b = pairing.users
            game = Match(
                id=work.new_id(),
                code=code,
                game_mode="tournament",
                created_at=work.now,
                a=team_of((a,)),
                b=team_of((b,)),
                tournament_id=tournament.id,
                tournament_stage_id=pairing.stage,
                tournament_n=pairing.n,
            )
            games[pairing.n] = game
        after, events = rules.begin_stage(tournament, games)
        write_tournament(work, row, (then(after), events), view)
        for game in games.values():
            begin_bracket_match(work, game, view.accounts, row.pk)
        work.commit()

    with_new_codes(len(pairs), write)


def finish(tournament_id: int, run: int) -> None:
    """End a decided tournament: book the win, free the participants' seats."""
    row = read_tournament(tournament_id)
    if row is None or row.state.run != run or not row.state.is_decided:
        return
    tournament, work = row.state, UnitOfWork()
    found = read_items(view_keys(tournament))
    view = view_in(found, tournament, work.now)
    write_tournament(work, row, rules.finish(tournament, work.now), view)
    close(work, tournament)
    for user_id in tournament.present:
        leave_seat(work, tournament, user_id)
    winner = view.accounts.get(tournament.winner or 0)
    if winner:
        book(work, winner.user, row.pk, statistics=winner.user.statistics.after_tournament_win())
    work.commit()


def _wait(work: UnitOfWork, row: TournamentRow | None, run: int, stage: int, token: str) -> None:
    if row is None or row.state.run != run:
        verdict: Verdict = "cancelled" if stage == START else "gone"
        work.wake(token, {"verdict": verdict, "stage": 0})
    else:
        write_tournament(work, row, (row.state.wait(token, run, stage), ()), TournamentView({}, {}, work.now))
    work.commit()
