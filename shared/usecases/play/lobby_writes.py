"""Writing what a lobby has become, and telling whom it concerns; and all ways of leaving one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from shared import events
from shared.domain.errors import NotLobbyMember, RaceLost
from shared.domain.play import lobby as rules
from shared.domain.play.lobby import Change, Lobby, Notice
from shared.store import keys
from shared.store.accounts.seats import LOBBY, Seat
from shared.store.accounts.users import Account, User, read_users
from shared.store.base import read_items
from shared.store.play.codes import Code
from shared.store.play.lobbies import LobbyRow, read_lobby
from shared.store.play.tickets import PartyTicketRow
from shared.store.unit_of_work import UnitOfWork
from shared.wire.play.lobbies import LobbyParticipant

NAMED = ("lobby-join", "lobby-leave")
"""Events that say who it is about."""


def write_lobby(
    work: UnitOfWork,
    row: LobbyRow,
    change: Change,
    names: Mapping[int, str],
    joined: LobbyParticipant | None = None,
    ticket: PartyTicketRow | None = None,
) -> None:
    """Add to a unit of work what a lobby has become since the row was read, and everything that follows from it.

    `names` are those of the users who come or go; `joined` is the one who comes, as the others see them. A clash
    lobby waits for others only if it is given a `ticket` for that.
    """
    if row.ticket:
        work.delete(PartyTicketRow.of(row.ticket))
    if ticket:
        work.put(ticket)
    if change.lobby is None:
        work.delete(row, when=row.unchanged())
        work.delete(Code.at(keys.code(row.state.code)), when=Code.place == row.pk)
        for user_id in change.evicted:
            leave_seat(work, row, user_id)
    else:
        work.update(row, row.become(change.lobby, ticket.sk if ticket else None), when=row.unchanged())
    emit_events(work, row, change.notices, names, joined)


def emit_events(
    work: UnitOfWork,
    row: LobbyRow,
    notices: Iterable[Notice],
    names: Mapping[int, str],
    joined: LobbyParticipant | None = None,
) -> None:
    """Add the events of a change to a unit of work, in the lobby's partition."""
    for notice in notices:
        kwargs = {"username": names[notice.about]} if notice.event in NAMED else None
        work.emit(row.pk, notice.to, events.render(notice.event, data=_data(notice, joined), kwargs=kwargs))


def _data(notice: Notice, joined: LobbyParticipant | None) -> Mapping[str, object] | None:
    match notice.event:
        case "lobby-join":
            return joined.model_dump(mode="json") if joined else None
        case "lobby-leave" | "lobby-update-participant":
            return {"id": notice.about, **notice.fields}
        case "lobby-update":
            return notice.fields
    return None


def leave_seat(work: UnitOfWork, row: LobbyRow, user_id: int) -> None:
    """Add to a unit of work that a user is no longer in a lobby, on their side."""
    seat, lobby_id = Seat.of(user_id), str(row.state.id)
    work.update(seat, seat.leave_place(), when=Seat.is_in(LOBBY, lobby_id))


def leave(work: UnitOfWork, place: str, seats: Sequence[Seat], code: str | None = None) -> None:
    """Add to a unit of work that these participants go, all but their own seats.

    NotLobbyMember if the lobby has another code than the one given. A BatchGetItem; if the creator goes, another one
    tells who of the others is registered.
    """
    leavers = [seat.user_id for seat in seats]
    lobby_key = keys.lobby(int(place))
    found = read_items([lobby_key, *(keys.user(user_id) for user_id in leavers)])
    row = found.get(lobby_key)
    if not isinstance(row, LobbyRow):
        raise RaceLost
    lobby = row.lobby
    if code is not None and lobby.code != code:
        raise NotLobbyMember
    users = {user.id: user for user in found.values() if isinstance(user, User)}
    if len(users) < len(leavers):
        raise RaceLost
    rest = [user_id for user_id in lobby.user_ids if user_id not in leavers]
    if lobby.creator in leavers and rest:
        users |= read_users(rest)
    registered = {user_id for user_id in rest if user_id in users and not users[user_id].is_guest}
    change = _without(lobby, leavers, registered)
    write_lobby(work, row, change, {user_id: user.username for user_id, user in users.items()})


def _without(lobby: Lobby, leavers: Sequence[int], registered: Collection[int]) -> Change:
    """The lobby without them; the creator goes last, since that may end it."""
    change = Change(lobby)
    notices: list[Notice] = []
    for user_id in sorted(leavers, key=lambda leaver: leaver == lobby.creator):
        if change.lobby is None or change.lobby.find(user_id) is None:
            raise RaceLost  # the seat and the lobby were read at different times
        change = rules.leave(change.lobby, user_id, registered)
        notices += change.notices
    return Change(change.lobby, tuple(notices), change.evicted)


def separate(work: UnitOfWork, place: str, me: Account, other: Account) -> Seat | None:
    """Add to a unit of work what it changes in the lobby of two that one blocks the other; the seat of who goes.

    In the lobby of a third both stay, but a clash lobby is not ready any more: these two are never put in one match.
    It is written even if nothing changes, so that whoever is just making it ready starts again, and sees the block.
    """
    mine, theirs = me.user.id, other.user.id
    row = read_lobby(int(place))
    if row is None or not {mine, theirs} <= set(row.lobby.user_ids):
        raise RaceLost
    lobby = row.lobby
    going: Seat | None = None
    if lobby.creator == mine:
        going, change = other.seat, rules.ban(lobby, mine, theirs)
    elif lobby.creator == theirs:
        going, change = me.seat, rules.leave(lobby, mine, ())
    else:
        rested, notices = rules.unready(lobby) if row.ticket else (lobby, ())
        change = Change(rested, notices)
    write_lobby(work, row, change, {account.user.id: account.user.username for account in (me, other)})
    return going
