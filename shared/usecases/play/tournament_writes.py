"""Writing what a tournament has become, and all that follows from it: events, executions, the search.

Every change goes through `write_tournament`: the transaction that makes an awaited condition true also answers the
execution that waits for it. So no execution is forgotten.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared import events
from shared.domain.errors import InTournament, NotTournamentMember, RaceLost
from shared.domain.play.bracket import seeding
from shared.domain.play.matches import Match
from shared.domain.play.tournament import Change, Notice, Tournament
from shared.settings import settings
from shared.store import keys
from shared.store.accounts.seats import TOURNAMENT, Seat
from shared.store.accounts.users import Account, account_keys, accounts_in
from shared.store.base import Item, Key, read_items
from shared.store.play.codes import Code
from shared.store.play.matches import MatchRow
from shared.store.play.tournaments import Entry, Hosted, OpenTournament, TournamentRow
from shared.store.unit_of_work import UnitOfWork
from shared.wire.play import tournaments as wire
from shared.wire.play.tournaments import TournamentParticipant, TournamentView
from shared.wire.scalars import instant

MACHINE = "tournament"


def view_keys(tournament: Tournament) -> list[Key]:
    """What has to be read to show a tournament."""
    running = tournament.bracket.running() if tournament.bracket else ()
    games = [keys.match(pairing.game.id) for pairing in running if pairing.game]
    return [*account_keys(tournament.user_ids), *games]


def view_in(found: Mapping[Key, Item], tournament: Tournament, now: datetime) -> TournamentView:
    """What was read under `view_keys`."""
    live: dict[int, Match] = {}
    for row in found.values():
        if isinstance(row, MatchRow):
            match = row.state
            live[match.id] = match
    return TournamentView(accounts_in(found, tournament.user_ids, now), live, now)


def read_view(tournament: Tournament, now: datetime) -> TournamentView:
    """What has to be known to show a tournament, as it is now. One BatchGetItem."""
    return view_in(read_items(view_keys(tournament)), tournament, now)


def write_tournament(
    work: UnitOfWork, row: TournamentRow, change: Change, view: TournamentView
) -> Tournament:
    """Add to a unit of work what a tournament has become since the row was read; how it is stored.

    `view` has whatever the notices are about.
    """
    before, (after, notices) = row.state, change
    if after.is_abandoned:
        work.delete(row, when=row.unchanged())
        close(work, after)
    else:
        after = _answered(work, after)
        work.update(row, row.become(after), when=row.unchanged())
        _list(work, before, after)
    if after.run is not None and after.run != before.run:
        _start_run(work, after)
    emit_events(work, row, after, notices, view)
    return after


def close(work: UnitOfWork, tournament: Tournament) -> None:
    """Add to a unit of work that a tournament is over: its code is free, and its creator may create another one."""
    place = keys.tournament(tournament.id)[0]
    work.delete(Code.at(keys.code(tournament.code)), when=Code.place == place)
    work.discard(Hosted.of(tournament.created_by, tournament.id))
    if not tournament.is_started:
        work.discard(OpenTournament.of(tournament))


def _list(work: UnitOfWork, before: Tournament, after: Tournament) -> None:
    """The search finds what hasn't started; who takes part has it in their history from the start on."""
    if not after.is_started:
        work.replace(OpenTournament.of(after), when=OpenTournament.pk.exists())
    elif not before.is_started:
        work.discard(OpenTournament.of(after))
        for user_id in after.user_ids:
            work.put(Entry.of(user_id, after.id))


def _answered(work: UnitOfWork, tournament: Tournament) -> Tournament:
    """The tournament, with its waiting execution answered if what it waits for has come."""
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


def emit_events(
    work: UnitOfWork, row: TournamentRow, after: Tournament, notices: Sequence[Notice], view: TournamentView
) -> None:
    """Add the events of a change to a unit of work, in the tournament's partition."""
    shown: dict[str, Any] | None = None
    for notice in notices:
        if notice.code in ("tournament-start", "tournament-match-finish") and notice.to:
            shown = shown or wire.Tournament.of(after, view).model_dump(mode="json")
        data, kwargs = _content(notice, after, view, shown)
        work.emit(row.pk, notice.to, events.render(notice.code, data=data, kwargs=kwargs))


def _content(
    notice: Notice, after: Tournament, view: TournamentView, shown: dict[str, Any] | None
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Data and kwargs of an event."""
    named = {"username": view.name(notice.user_id)}
    match notice.code:
        case "tournament-join":
            entrant = after.find(notice.user_id or 0)
            account = view.accounts.get(notice.user_id or 0)
            if entrant is None or account is None:
                raise RaceLost
            joined = TournamentParticipant.within(after, entrant, account)
            return joined.model_dump(mode="json"), named
        case "tournament-leave":
            return {"id": notice.user_id}, named
        case "tournament-start-at" | "tournament-start-cancel":
            start_at = instant(after.start_at) if after.start_at else None
            return {"id": after.id, "start_at": start_at}, None
        case "tournament-start":
            return shown, None
        case "tournament-available-spectate-matches":
            running = after.bracket.running() if after.bracket else ()
            return {str(each.game.id): each.game.code for each in running if each.game}, None
        case "tournament-match-finish" if notice.pairing:
            pairing = notice.pairing
            winner = pairing.winner or "a"
            scores = pairing.score("a"), pairing.score("b")
            return shown, {
                "winner": view.name(pairing.winner_id),
                "looser": view.name(pairing.looser_id),
                "score_winner": scores[winner == "b"],
                "score_looser": scores[winner == "a"],
                "finish_reason": pairing.finish_reason,
            }
        case "tournament-finish":
            return None, {"id": after.id, "name": after.name, **named}
    return None, None


def end_bracket_match(
    work: UnitOfWork, row: TournamentRow, game: Match, players: Mapping[int, Account], leaver: int | None
) -> None:
    """Add to a unit of work what the end of a match changes in its tournament. A BatchGetItem.

    `players` are those of the match as they are after it; a `leaver` is out of the tournament by it.
    """
    before = row.state
    if not before.is_of(game):
        return
    view = read_view(before, work.now)
    view = replace(view, accounts={**view.accounts, **players})
    after, notices = before.end_match(game)
    if leaver is not None:
        after, told = after.leave(leaver)
        notices = (*notices, *told)
    write_tournament(work, row, (after, notices), view)


def started(tournament: Tournament, view: TournamentView) -> Change:
    """The tournament, begun by everyone in it, seeded by their trophies."""
    trophies = {user_id: account.user.trophies for user_id, account in view.accounts.items()}
    if len(trophies) < len(tournament.entrants):
        raise RaceLost  # somebody has gone since the tournament was read
    return tournament.start(seeding(trophies, random.shuffle), view.now)


def leave_seat(work: UnitOfWork, tournament: Tournament, user_id: int) -> None:
    """Add to a unit of work that a user is no longer in a tournament, on their side."""
    seat = Seat.of(user_id)
    work.update(seat, seat.leave_place(), when=Seat.is_in(TOURNAMENT, str(tournament.id)))


def read_with(place: str, user_ids: Sequence[int]) -> tuple[TournamentRow, Mapping[Key, Item]]:
    """The tournament that users are in, and their accounts. A BatchGetItem."""
    row_key = keys.tournament(int(place))
    found = read_items([row_key, *account_keys(user_ids)])
    row = found.get(row_key)
    if not isinstance(row, TournamentRow):
        raise RaceLost  # it has ended since the seat was read
    return row, found


def leave(work: UnitOfWork, place: str, seats: Sequence[Seat], code: str | None = None) -> None:
    """Add to a unit of work that participants go, all but their own seats; who still played is out by that.

    NotTournamentMember if it has another code than the one given. A BatchGetItem.
    """
    _leave(work, *read_with(place, [seat.user_id for seat in seats]), seats, code)


def leave_for_another(work: UnitOfWork, place: str, seats: Sequence[Seat]) -> None:
    """The same, because they go elsewhere. InTournament for who may still win a tournament that has started."""
    row, found = read_with(place, [seat.user_id for seat in seats])
    tournament = row.state
    if any(tournament.is_playing(seat.user_id) for seat in seats):
        raise InTournament
    _leave(work, row, found, seats, None)


def leave_unstarted(work: UnitOfWork, seat: Seat) -> bool:
    """The same, because a user has gone offline; False, and nothing changes, once the tournament has started."""
    row, found = read_with(seat.place, [seat.user_id])
    if row.state.is_started:
        return False
    _leave(work, row, found, [seat], None)
    return True


def _leave(
    work: UnitOfWork, row: TournamentRow, found: Mapping[Key, Item], seats: Sequence[Seat], code: str | None
) -> None:
    tournament = row.state
    notices: list[Notice] = []
    if code is not None and tournament.code != code:
        raise NotTournamentMember
    for seat in seats:
        if not tournament.has(seat.user_id):
            raise RaceLost  # the seat and the tournament were read at different times
        tournament, told = tournament.leave(seat.user_id)
        notices += told
    write_tournament(work, row, (tournament, tuple(notices)), view_in(found, row.state, work.now))


def separate(work: UnitOfWork, place: str, me: Account, other: Account) -> Seat | None:
    """Add to a unit of work what it changes in the tournament of two that one blocks the other; the seat of who goes.

    Once it has started both stay, as they do in the tournament of a third: there the bracket decides who meets whom.
    """
    mine, theirs = me.user.id, other.user.id
    row, _ = read_with(place, ())
    tournament = row.state
    if not {mine, theirs} <= set(tournament.present):
        raise RaceLost  # a seat and the tournament were read at different times
    if tournament.is_started or tournament.created_by not in (mine, theirs):
        return None
    is_mine = tournament.created_by == mine
    change = tournament.throw_out(theirs) if is_mine else tournament.leave(mine)
    write_tournament(work, row, change, TournamentView({mine: me, theirs: other}, {}, work.now))
    return other.seat if is_mine else me.seat
