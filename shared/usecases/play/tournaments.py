"""Tournaments for their users: creating, joining, leaving, banning, inviting, messages, reading, searching."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from shared.domain.errors import Invalid, RaceLost
from shared.domain.ids import new_id
from shared.domain.play import tournament_rules as rules
from shared.domain.play.errors import (
    AlreadyHosting,
    AlreadyPlaying,
    NoCurrentTournament,
    NoSuchMatch,
    NoSuchTournament,
    NotCreator,
    NotTournamentMember,
    TournamentFull,
    TournamentStarted,
)
from shared.domain.play.matches import PLAYER_DISCONNECT
from shared.domain.play.rooms import blocks_of
from shared.domain.play.tournament import Entrant
from shared.domain.play.tournament import Tournament as DomainTournament
from shared.domain.social.errors import BlockedByYou
from shared.settings import settings
from shared.store import keys
from shared.store.accounts.seats import TOURNAMENT
from shared.store.accounts.users import (
    Account,
    User,
    account_keys,
    read_user,
    read_usernames,
    without_statuses,
)
from shared.store.base import Item, Key, read_item, read_partition, utc_now
from shared.store.play.codes import Code
from shared.store.play.tournaments import (
    Hosted,
    OpenTournament,
    TournamentRow,
    read_entries,
    read_open_tournaments,
    read_tournament,
)
from shared.store.social.relations import BlockRow
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play import rooms, tournament_leaving
from shared.usecases.play.codes import CodeTaken, with_new_code
from shared.usecases.play.matches import read_match_of, save
from shared.usecases.play.places import enter_place
from shared.usecases.play.rooms import Room
from shared.usecases.play.tournament_writes import (
    leave_seat,
    read_view,
    started,
    view_in,
    write_tournament,
)
from shared.wire.play.bracket import TournamentView
from shared.wire.play.rooms import RoomMessage
from shared.wire.play.tournaments import PlayedTournament, Tournament, TournamentParticipant

# ── before the start ─────────────────────────────────────────────────────────────────────────────────────


def create(me: Account, name: str, size: int, *, private: bool) -> Tournament:
    """Create a tournament and enter it.

    AlreadyHosting while another tournament of the user lives, AlreadyPlaying during a match.
    """
    title = name.strip()
    if wrong := rules.name_problems(title):
        raise Invalid({"name": wrong})
    if me.seat.match_id:
        raise AlreadyPlaying
    now, mine = utc_now(), me.user.id
    if read_item(keys.hosted(mine)):
        raise AlreadyHosting
    made = DomainTournament(
        id=new_id(now),
        name=title,
        size=size,
        private=private,
        code="",
        created_at=now,
        created_by=mine,
        entrants=(Entrant(mine, now),),
        blocks=blocks_of(mine, me.user.blocked),
    )

    def write(code: str) -> Tournament:
        work = UnitOfWork(now)
        tournament = replace(made, code=code)
        row = TournamentRow.holding(tournament)
        work.put(row)
        work.put(Code.taken(code, row.pk), otherwise=CodeTaken)
        work.put(Hosted.of(mine, tournament.id), otherwise=AlreadyHosting)
        work.put(OpenTournament.of(tournament))
        enter_place(work, me.seat, TOURNAMENT, str(tournament.id))
        work.commit()
        return Tournament.of(tournament, TournamentView({mine: me}, {}, now))

    return with_new_code(write)


def join(me: Account, place: Code | None) -> TournamentParticipant:
    """Enter the tournament that a code names. Joining again changes nothing.

    Enough participants begin the countdown, the last one starts the tournament. NoSuchTournament also for a user who
    is banned from it or blocked by its creator. AlreadyPlaying during a match.
    """
    mine = me.user.id
    tournament_id = None if place is None else keys.tournament_id_of(place.place)
    row = None if tournament_id is None else read_tournament(tournament_id)
    if row is None:
        raise NoSuchTournament
    before = row.state
    already = before.find(mine)
    if already and already.present:
        return TournamentParticipant.within(before, already, me)
    if me.seat.match_id:
        raise AlreadyPlaying
    if before.created_by in me.user.blocked:
        raise BlockedByYou
    work = UnitOfWork()
    start_at = work.now + timedelta(seconds=settings().tournament_countdown_seconds)
    try:
        after, events = rules.join(
            before, mine, work.now, start_at=start_at, run=new_id(work.now), blocked=me.user.blocked
        )
    except (TournamentFull, TournamentStarted):
        if _is_blocked_by(before.created_by, mine):
            raise NoSuchTournament from None
        raise
    view = TournamentView({mine: me}, {}, work.now)
    if after.is_full and not after.is_started:
        view = read_view(after, work.now)
        after, started_events = started(after, view)
        events = (*events, *started_events)
    enter_place(work, me.seat, TOURNAMENT, str(before.id))
    creator = User.at(keys.user(before.created_by))
    if before.created_by != mine:
        work.check(creator, ~User.blocked.contains(mine), otherwise=NoSuchTournament)
        work.check(
            me.user, User.pk.exists() & ~User.blocked.contains(before.created_by), otherwise=BlockedByYou
        )
    after = write_tournament(work, row, (after, events), view)
    work.commit()
    entrant = after.find(mine)
    if entrant is None:
        raise RaceLost
    return TournamentParticipant.within(after, entrant, me)


def leave(me: Account, code: str) -> None:
    """Leave the tournament with this code; that loses a running match. NotTournamentMember."""
    if me.seat.place_kind != TOURNAMENT:
        raise NotTournamentMember
    work = UnitOfWork()
    if me.seat.match_id:
        try:
            running = read_match_of(me.user.id, work.now)
        except NoSuchMatch:
            raise RaceLost from None  # the match has ended since the seat was read
        if running.tournament is None or running.tournament.state.code != code:
            raise NotTournamentMember
        lost = running.match.forfeit(
            me.user.id,
            reason=PLAYER_DISCONNECT,
            points_to_win=settings().points_to_win,
            now=work.now,
        )
        save(work, running, lost, leaver=me.user.id)
        return
    tournament_leaving.leave(work, me.seat.place, [me.seat], code)
    work.update(me.seat, me.seat.leave_place(), when=me.seat.unchanged())
    work.commit()


def _is_blocked_by(creator: int, user_id: int) -> bool:
    user = read_user(creator)
    return user is not None and user_id in user.blocked


def ban(me: Account, code: str, user_id: int) -> None:
    """The creator removes a participant for good, before the start."""
    row, found = _own_by_code(me, code, account_keys([user_id]))
    tournament = row.state
    work = UnitOfWork()
    change = rules.ban(tournament, me.user.id, user_id)
    write_tournament(work, row, change, view_in(found, tournament, work.now))
    leave_seat(work, tournament, user_id)
    work.commit()


def invite(me: Account, code: str, user_id: int) -> None:
    """Invite a friend, before the start: to a private tournament only as its creator."""
    now = utc_now()
    row, found = _own_by_code(me, code, rooms.invitation_keys(me, user_id))
    tournament = row.state
    if tournament.private and tournament.created_by != me.user.id:
        raise NotCreator
    if tournament.is_started:
        raise TournamentStarted
    rooms.invite(me, _room(row), user_id, "invite-tournament", found, now)


def say(me: Account, code: str, content: str) -> RoomMessage:
    """Send a message to the others in the tournament."""
    return rooms.say(me, _room(_own_by_code(me, code)[0]), content)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────


def read_own(me: Account) -> Tournament:
    """The user's own tournament. NoCurrentTournament."""
    if me.seat.place_kind != TOURNAMENT:
        raise NoCurrentTournament
    row = read_tournament(int(me.seat.place))
    if row is None:
        raise RaceLost  # the tournament has ended since the seat was read
    return Tournament.of(row.state, read_view(row.state, utc_now()))


def read_played(me: User, tournament_id: int) -> PlayedTournament:
    """A tournament that has started, as a user may see it. NoSuchTournament."""
    row = read_tournament(tournament_id)
    if row is None or not row.state.is_started:
        raise NoSuchTournament
    view = read_view(row.state, utc_now())
    return PlayedTournament.of(row.state, replace(view, accounts=without_statuses(me, view.accounts)))


def read_history(me: User) -> list[PlayedTournament]:
    """All tournaments that a user took part in, the newest first, for the download of data. Two calls each."""
    return [read_played(me, tournament_id) for tournament_id in read_entries(me.id)]


def search(me: User, q: str) -> list[OpenTournament]:
    """The unstarted tournaments whose names contain a text, the newest first. Two Queries.

    Left out: other users' private ones, those that the user is banned from, those of a creator on either side of a
    block (docs/contract/tournaments.md#searching-tournaments).
    """
    mine, wanted = me.id, q.strip().casefold()
    blockers = {row.blocker for row in read_partition(keys.blockers(mine)) if isinstance(row, BlockRow)}
    hidden = blockers | me.blocked
    return [
        row
        for row in read_open_tournaments()
        if wanted in str(row.name).casefold()
        and (not row.private or row.created_by == mine)
        and row.created_by not in hidden
        and mine not in (row.banned or ())
    ]


def read_creators(rows: Iterable[OpenTournament]) -> Mapping[int, str]:
    """The present names of the creators of some tournaments. One BatchGetItem per 100."""
    return read_usernames({row.created_by for row in rows})


def _own_by_code(
    me: Account, code: str, more: Iterable[Key] = ()
) -> tuple[TournamentRow, Mapping[Key, Item]]:
    """The user's own tournament if it has this code, and the items under `more`. A BatchGetItem."""
    return rooms.read_own(me, code, TournamentRow, TOURNAMENT, keys.tournament, NotTournamentMember, more)


def _room(row: TournamentRow) -> Room:
    tournament = row.state
    return Room(
        row,
        "tournament",
        tournament.id,
        tournament.code,
        tournament.present,
        tournament.banned,
        tournament.blocks,
    )
