"""Lobbies: making one, joining, leaving, changing; the last change before a match starts it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from shared.domain.errors import (
    AlreadyPlaying,
    LobbyFull,
    MethodNotAllowed,
    NoCurrentLobby,
    NoSuchLobby,
    NotCreator,
    NotLobbyMember,
    RaceLost,
)
from shared.domain.ids import new_id
from shared.domain.play import lobby as rules
from shared.domain.play.lobby import Change, LobbyMode, LobbyTeam
from shared.domain.play.matches import MatchType
from shared.store import keys
from shared.store.accounts.seats import LOBBY
from shared.store.accounts.users import Account, User, read_accounts, read_user
from shared.store.base import Item, Key, utc_now
from shared.store.play.codes import Code
from shared.store.play.lobbies import LobbyRow, read_lobby
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play import rooms
from shared.usecases.play.clash import pair_up, wait
from shared.usecases.play.codes import CodeTaken, with_new_code
from shared.usecases.play.lobby_writes import emit_events, leave, leave_seat, write_lobby
from shared.usecases.play.matches import PlayingLobby, start_match
from shared.usecases.play.places import enter_place
from shared.usecases.play.rooms import Room
from shared.usecases.social.friends import blocked_by_you
from shared.wire.play.lobbies import Lobby, LobbyParticipant
from shared.wire.play.rooms import RoomMessage


def create(me: Account, game_mode: LobbyMode, match_type: MatchType | None) -> Lobby:
    """Make a lobby and be in it, leaving the place that the user is in. Conflict while the user plays a match."""
    if me.seat.match_id:
        raise AlreadyPlaying
    now = utc_now()
    made = rules.open_lobby(new_id(now), "", game_mode, match_type, me.user.id, now)

    def write(code: str) -> Lobby:
        work = UnitOfWork(now)
        lobby = replace(made, code=code)
        row = LobbyRow.holding(lobby)
        work.put(row)
        work.put(Code.taken(code, row.pk), otherwise=CodeTaken())
        enter_place(work, me.seat, LOBBY, str(lobby.id))
        work.commit()
        return Lobby.of(lobby, {me.user.id: me})

    return with_new_code(write)


def join(me: Account, place: Code | None) -> LobbyParticipant:
    """Be in the lobby that a code names, leaving the place that the user is in; in it already, nothing changes.

    NoSuchLobby also if it has banned the user, or its creator has blocked them. Conflict while they play a match.
    """
    mine = me.user.id
    lobby_id = None if place is None else keys.lobby_id_of(place.place)
    row = None if lobby_id is None else read_lobby(lobby_id)
    if row is None:
        raise NoSuchLobby
    lobby = row.lobby
    if already := lobby.find(mine):
        return LobbyParticipant.within(lobby, already, me)
    if me.seat.match_id:
        raise AlreadyPlaying
    if lobby.creator in me.user.blocked:
        raise blocked_by_you()
    work = UnitOfWork()
    try:
        change = rules.join(lobby, mine, work.now)
    except LobbyFull:
        creator = read_user(lobby.creator)
        if creator and mine in creator.blocked:
            raise NoSuchLobby from None
        raise
    changed = change.lobby or lobby
    participant = LobbyParticipant.within(changed, changed.participants[-1], me)
    enter_place(work, me.seat, LOBBY, str(lobby.id))
    work.check(
        User.at(keys.user(lobby.creator)),
        User.pk.exists() & ~User.blocked.contains(mine),
        otherwise=NoSuchLobby(),
    )
    work.check(me.user, User.pk.exists() & ~User.blocked.contains(lobby.creator), otherwise=blocked_by_you())
    write_lobby(work, row, change, {mine: me.user.username}, participant)
    work.commit()
    return participant


def read(me: Account) -> Lobby:
    """The lobby that the user is in. NoCurrentLobby."""
    lobby = _own(me).lobby
    return Lobby.of(lobby, _accounts(lobby.user_ids))


def depart(me: Account, code: str) -> None:
    """Leave the lobby with this code. NotLobbyMember if the user isn't in it."""
    if me.seat.place_kind != LOBBY:
        raise NotLobbyMember
    work = UnitOfWork()
    leave(work, me.seat.place, [me.seat], code)
    work.update(me.seat, me.seat.leave_place(), when=me.seat.unchanged())
    work.commit()


def change_match_type(me: Account, match_type: MatchType | None) -> Lobby:
    """Change the size of the teams, as the creator of a custom game; None changes nothing."""
    row = _own(me)
    lobby = row.lobby
    if lobby.game_mode == "clash":
        raise MethodNotAllowed("PATCH", ["GET", "POST"])
    change = rules.change_match_type(lobby, me.user.id, match_type or lobby.match_type)
    accounts = _accounts(lobby.user_ids)
    return Lobby.of(_settle(row, lobby, change, accounts), accounts)


def change_participant(
    me: Account, code: str, team: LobbyTeam | None, *, ready: bool | None
) -> LobbyParticipant:
    """Go to another team, be ready or no longer; None is what stays.

    The answer shows the change, even if it starts a match, which nobody is ready after.
    """
    row, _ = _own_by_code(me, code)
    lobby, mine = row.lobby, me.user.id
    change = rules.change_participant(lobby, mine, team=team, ready=ready)
    changed = change.lobby or lobby
    _settle(row, lobby, change, {mine: me} if lobby.user_ids == (mine,) else None)
    participant = changed.find(mine)
    if participant is None:
        raise RaceLost
    return LobbyParticipant.within(changed, participant, me)


def ban(me: Account, code: str, user_id: int) -> None:
    """Send a participant away for good, as the creator."""
    row, found = _own_by_code(me, code, [keys.user(user_id)])
    change = rules.ban(row.lobby, me.user.id, user_id)
    user = found.get(keys.user(user_id))
    if not isinstance(user, User):
        raise RaceLost
    work = UnitOfWork()
    write_lobby(work, row, change, {user_id: user.username})
    leave_seat(work, row, user_id)
    work.commit()


def invite(me: Account, code: str, user_id: int) -> None:
    """Invite a friend, as the creator."""
    now = utc_now()
    row, found = _own_by_code(me, code, rooms.invitation_keys(me, user_id))
    lobby = row.lobby
    if lobby.creator != me.user.id:
        raise NotCreator
    event = "invite-clash" if lobby.game_mode == "clash" else f"invite-{lobby.match_type}"
    rooms.invite(me, _room(row), user_id, event, found, now)


def say(me: Account, code: str, content: str) -> RoomMessage:
    """Say something to everybody else in the lobby."""
    return rooms.say(me, _room(_own_by_code(me, code)[0]), content)


def _settle(
    row: LobbyRow, before: rules.Lobby, change: Change, accounts: Mapping[int, Account] | None
) -> rules.Lobby:
    """Store what a lobby has become, and start its match if everyone is ready; the lobby as it is then."""
    lobby = change.lobby
    if lobby is None or lobby == before:
        return before
    if not lobby.is_ready:
        work = UnitOfWork()
        write_lobby(work, row, change, {})
        work.commit()
        return lobby
    known = accounts or _accounts(lobby.user_ids)
    if lobby.game_mode == "custom_game":
        return _start(row, lobby, change, known)
    wait(row, lobby, change, known)
    pair_up(lobby.id)
    return lobby


def _start(row: LobbyRow, lobby: rules.Lobby, change: Change, accounts: Mapping[int, Account]) -> rules.Lobby:
    a, b = ([accounts[participant.id] for participant in lobby.team(name)] for name in rules.PLAYING_TEAMS)

    def tell_before(work: UnitOfWork) -> None:
        emit_events(work, row, change.notices, {})

    match = start_match("custom_game", a, b, tell_before, lobbies=[PlayingLobby(row, lobby)])
    return replace(lobby.at_rest(), match_id=match.id, match_code=match.code)


def _own(me: Account) -> LobbyRow:
    if me.seat.place_kind != LOBBY:
        raise NoCurrentLobby
    row = read_lobby(int(me.seat.place))
    if row is None:
        raise RaceLost  # it has ended since the seat was read
    return row


def _own_by_code(me: Account, code: str, more: Iterable[Key] = ()) -> tuple[LobbyRow, Mapping[Key, Item]]:
    """The lobby that the user is in, if it has this code, and what else was asked for. A BatchGetItem."""
    return rooms.read_own(me, code, LobbyRow, LOBBY, keys.lobby, NotLobbyMember(), more)


def _accounts(user_ids: Sequence[int]) -> Mapping[int, Account]:
    accounts = read_accounts(user_ids, utc_now())
    if len(accounts) < len(user_ids):
        raise RaceLost  # somebody has gone since the lobby was read
    return accounts


def _room(row: LobbyRow) -> Room:
    lobby = row.lobby
    return Room(row, "lobby", lobby.id, lobby.code, lobby.user_ids, lobby.banned)
