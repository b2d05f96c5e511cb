"""Writing a changed tournament with all consequences: events, executions, the search.

Every change goes through `write_tournament`: the transaction that makes an awaited condition true also answers the
execution that waits for it. So no execution is forgotten.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from shared.domain.errors import RaceLost
from shared.domain.play import tournament_rules as rules
from shared.domain.play.bracket import seeding
from shared.domain.play.matches import Match
from shared.domain.play.tournament import Tournament
from shared.domain.play.tournament_rules import TournamentChange
from shared.settings import settings
from shared.store import keys
from shared.store.accounts.seats import TOURNAMENT, Seat
from shared.store.accounts.users import Account, account_keys, accounts_in
from shared.store.base import Item, Key, read_items
from shared.store.play.codes import Code
from shared.store.play.matches import MatchRow
from shared.store.play.tournaments import DueStep, Entry, Hosted, OpenTournament, TournamentRow
from shared.store.unit_of_work import UnitOfWork
from shared.wire.play.bracket import TournamentView
from shared.wire.play.tournament_events import tournament_events

MACHINE = "tournament"


def view_keys(tournament: Tournament) -> list[Key]:
    """The keys of all that a tournament's view consists of."""
    running = tournament.bracket.running() if tournament.bracket else ()
    games = [keys.match(pairing.game.id) for pairing in running if pairing.game]
    return [*account_keys(tournament.user_ids), *games]


def view_in(found: Mapping[Key, Item], tournament: Tournament, now: datetime) -> TournamentView:
    """The view out of items read under `view_keys`."""
    live: dict[int, Match] = {}
    for row in found.values():
        if isinstance(row, MatchRow):
            match = row.state
            live[match.id] = match
    return TournamentView(accounts_in(found, tournament.user_ids, now), live, now)


def read_view(tournament: Tournament, now: datetime) -> TournamentView:
    """The view of a tournament as it is now. A BatchGetItem."""
    return view_in(read_items(view_keys(tournament)), tournament, now)


def write_tournament(
    work: UnitOfWork, row: TournamentRow, change: TournamentChange, view: TournamentView
) -> Tournament:
    """Add a change of a tournament to a unit of work, with its consequences. Returns the tournament as stored.

    `view` has the users and matches that the events show.
    """
    before, (after, events) = row.state, change
    after = replace(after, due_at=_due_at(before, after, work.now))
    if before.due_at and before.due_at != after.due_at:
        work.discard(DueStep.of(after.id, before.due_at))
    if after.due_at and before.due_at != after.due_at:
        work.put(DueStep.of(after.id, after.due_at))
    if after.is_abandoned:
        work.delete(row, when=row.unchanged())
        close(work, after)
    else:
        after = _answered(work, after)
        work.update(row, row.become(after), when=row.unchanged())
        _list(work, before, after)
    if after.run is not None and after.run != before.run:
        _start_run(work, after)
    for to, event in tournament_events(events, after, view):
        work.emit(row.pk, to, event)
    return after


def close(work: UnitOfWork, tournament: Tournament) -> None:
    """Add the end of a tournament to a unit of work: its code is free, its creator may create another one."""
    place = keys.tournament(tournament.id)[0]
    work.delete(Code.at(keys.code(tournament.code)), when=Code.place == place)
    work.discard(Hosted.of(tournament.created_by, tournament.id))
    if tournament.is_started:
        work.measure({"TournamentsEnded": 1})
    else:
        work.discard(OpenTournament.of(tournament))


def _due_at(before: Tournament, after: Tournament, now: datetime) -> datetime | None:
    """When the next step is due: the start at the countdown's end, a stage after a pause, the finish at once."""
    if not after.is_started:
        return after.start_at
    if not after.is_between_stages:
        return None
    if before.is_between_stages and before.stage == after.stage and before.due_at:
        return before.due_at
    pause = 0 if after.is_decided else settings().tournament_pause_seconds
    return now + timedelta(seconds=pause)


def _list(work: UnitOfWork, before: Tournament, after: Tournament) -> None:
    """The search lists it until the start; from then on it is in the histories of its participants."""
    if not after.is_started:
        work.replace(OpenTournament.of(after), when=OpenTournament.pk.exists())
    elif not before.is_started:
        work.discard(OpenTournament.of(after))
        work.measure({"TournamentsStarted": 1})
        for user_id in after.user_ids:
            work.put(Entry.of(user_id, after.id))


def _answered(work: UnitOfWork, tournament: Tournament) -> Tournament:
    """The tournament after answering the waiting execution, if its condition holds now."""
    callback = tournament.callback
    if callback is None:
        return tournament
    verdict = tournament.verdict(callback.run, callback.stage)
    if verdict is None:
        return tournament
    work.wake(callback.token, {"verdict": verdict, "stage": callback.stage + 1})
    return replace(tournament, callback=None)


def _start_run(work: UnitOfWork, tournament: Tournament) -> None:
    chosen = settings()
    countdown = 0 if tournament.is_started else chosen.tournament_countdown_seconds
    work.start_timer(
        MACHINE,
        {
            "tournament_id": tournament.id,
            "run": tournament.run,
            "countdown_seconds": countdown,
            "pause_seconds": chosen.tournament_pause_seconds,
            "check_seconds": chosen.tournament_check_seconds,
        },
    )


def end_bracket_match(
    work: UnitOfWork, row: TournamentRow, game: Match, players: Mapping[int, Account], leaver: int | None
) -> None:
    """Add the effect of a match's end on its tournament to a unit of work. A BatchGetItem.

    `players` are the match's players after it; a `leaver` leaves the tournament.
    """
    before = row.state
    if not before.is_of(game):
        return
    view = read_view(before, work.now)
    view = replace(view, accounts={**view.accounts, **players})
    write_tournament(work, row, rules.end_match(before, game, leaver), view)


def started(tournament: Tournament, view: TournamentView) -> TournamentChange:
    """The tournament after its start, seeded by trophies. RaceLost if an account is gone."""
    trophies = {user_id: account.user.trophies for user_id, account in view.accounts.items()}
    if len(trophies) < len(tournament.entrants):
        raise RaceLost  # an account was deleted since the tournament was read
    return rules.start(tournament, seeding(trophies, random.shuffle), view.now)


def leave_seat(work: UnitOfWork, tournament: Tournament, user_id: int) -> None:
    """Add to a unit of work that a user's seat is no longer in a tournament."""
    seat = Seat.of(user_id)
    work.update(seat, seat.leave_place(), when=Seat.is_in(TOURNAMENT, str(tournament.id)))
