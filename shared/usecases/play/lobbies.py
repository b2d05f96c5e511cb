"""Lobbies: creating, joining, leaving, changing, inviting, messages. The last member to get ready starts the match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from shared.domain.errors import MethodNotAllowed, RaceLost
from shared.domain.ids import new_id
from shared.domain.play import lobby_rules as rules
from shared.domain.play.errors import (
    AlreadyPlaying,
    LobbyFull,
    NoCurrentLobby,
    NoSuchLobby,
    NotCreator,
    NotLobbyMember,
)
from shared.domain.play.lobby import PLAYING_TEAMS, LobbyMode, LobbyTeam
from shared.domain.play.lobby import Lobby as DomainLobby
from shared.domain.play.lobby_rules import LobbyChange
from shared.domain.play.matches import MatchType
from shared.domain.play.rooms import blocks_of
from shared.domain.social.errors import BlockedByYou
from shared.store import keys
from shared.store.accounts.seats import LOBBY
from shared.store.accounts.users import Account, User, read_accounts, read_user
from shared.store.base import Item, Key, utc_now
from shared.store.deferral import afterwards
from shared.store.play.codes import Code
from shared.store.play.lobbies import LobbyRow, read_lobby
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play import lobby_leaving, rooms
from shared.usecases.play.clash import pair_up, wait
from shared.usecases.play.codes import CodeTaken, with_new_code
from shared.usecases.play.lobby_writes import emit_events, leave_seat, write_lobby
from shared.usecases.play.match_start import PlayingLobby, start_match
from shared.usecases.play.places import enter_place
from shared.usecases.play.rooms import Room
from shared.wire.play.lobbies import Lobby, LobbyParticipant
from shared.wire.play.rooms import RoomMessage


def create(me: Account, game_mode: LobbyMode, match_type: MatchType | None) -> Lobby:
    """Create a lobby and enter it. AlreadyPlaying during a match."""
    if me.seat.match_id:
        raise AlreadyPlaying
    now = utc_now()
    opened = rules.open_lobby(new_id(now), "", game_mode, match_type, me.user.id, now)
    made = replace(opened, blocks=blocks_of(me.user.id, me.user.blocked))

    def write(code: str) -> Lobby:
        work = UnitOfWork(now)
        lobby = replace(made, code=code)
        row = LobbyRow.holding(lobby)
        work.put(row)
        work.put(Code.taken(code, row.pk), otherwise=CodeTaken)
        enter_place(work, me.seat, LOBBY, str(lobby.id))
        work.commit()
        return Lobby.of(lobby, {me.user.id: me})

    return with_new_code(write)


def join(me: Account, place: Code | None) -> LobbyParticipant:
    """Enter the lobby that a code names. Joining again changes nothing.

    NoSuchLobby also for a user who is banned from it or blocked by its creator. AlreadyPlaying during a match.
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
        raise BlockedByYou
    work = UnitOfWork()
    try:
        change = rules.join(lobby, mine, work.now, me.user.blocked)
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
        otherwise=NoSuchLobby,
    )
    work.check(me.user, User.pk.exists() & ~User.blocked.contains(lobby.creator), otherwise=BlockedByYou)
    write_lobby(work, row, change, {mine: me.user.username}, participant)
    work.commit()
    return participant


def read(me: Account) -> Lobby:
    """The user's own lobby. NoCurrentLobby."""
    lobby = _own(me).lobby
    return Lobby.of(lobby, _accounts(lobby.user_ids))


def leave(me: Account, code: str) -> None:
    """Leave the lobby with this code. NotLobbyMember."""
    if me.seat.place_kind != LOBBY:
        raise NotLobbyMember
    work = UnitOfWork()
    lobby_leaving.leave(work, me.seat.place, [me.seat], code)
    work.update(me.seat, me.seat.leave_place(), when=me.seat.unchanged())
    work.commit()


def change_match_type(me: Account, match_type: MatchType | None) -> Lobby:
    """The creator of a custom game changes the size of the teams. None changes nothing."""
    row = _own(me)
    lobby = row.lobby
    if lobby.game_mode == "clash":
        raise MethodNotAllowed("PATCH", ["GET", "HEAD", "POST"])
    change = rules.change_match_type(lobby, me.user.id, match_type or lobby.match_type)
    accounts = _accounts(lobby.user_ids)
    return Lobby.of(_settle(row, lobby, change, accounts), accounts)


def change_participant(
    me: Account, code: str, team: LobbyTeam | None, *, ready: bool | None
) -> LobbyParticipant:
    """Change one's own team or readiness; None stays as it is.

    The answer shows the change itself: if it starts a match, all members are unready afterwards.
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
    """The creator removes a member for good."""
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
    """The creator invites a friend."""
    now = utc_now()
    row, found = _own_by_code(me, code, rooms.invitation_keys(me, user_id))
    lobby = row.lobby
    if lobby.creator != me.user.id:
        raise NotCreator
    event = "invite-clash" if lobby.game_mode == "clash" else f"invite-{lobby.match_type}"
    rooms.invite(me, _room(row), user_id, event, found, now)


def say(me: Account, code: str, content: str) -> RoomMessage:
    """Send a message to the other members."""
    return rooms.say(me, _room(_own_by_code(me, code)[0]), content)


def _settle(
    row: LobbyRow, before: DomainLobby, change: LobbyChange, accounts: Mapping[int, Account] | None
) -> DomainLobby:
    """Store a changed lobby, and start its match if all are ready. Returns the lobby as it is then."""
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
    afterwards(lambda: pair_up(lobby.id))
    return lobby


def _start(
    row: LobbyRow, lobby: DomainLobby, change: LobbyChange, accounts: Mapping[int, Account]
) -> DomainLobby:
    a, b = ([accounts[participant.id] for participant in lobby.team(name)] for name in PLAYING_TEAMS)

    def emit_before(work: UnitOfWork) -> None:
        emit_events(work, row, change.events, {})

    match = start_match("custom_game", a, b, emit_before, lobbies=[PlayingLobby(row, lobby)])
    return replace(lobby.at_rest(), match_id=match.id, match_code=match.code)


def _own(me: Account) -> LobbyRow:
    if me.seat.place_kind != LOBBY:
        raise NoCurrentLobby
    row = read_lobby(int(me.seat.place))
    if row is None:
        raise RaceLost  # the lobby has ended since the seat was read
    return row


def _own_by_code(me: Account, code: str, more: Iterable[Key] = ()) -> tuple[LobbyRow, Mapping[Key, Item]]:
    """The user's own lobby if it has this code, and the items under `more`. A BatchGetItem."""
    return rooms.read_own(me, code, LobbyRow, LOBBY, keys.lobby, NotLobbyMember, more)


def _accounts(user_ids: Sequence[int]) -> Mapping[int, Account]:
    accounts = read_accounts(user_ids, utc_now())
    if len(accounts) < len(user_ids):
        raise RaceLost  # an account was deleted since the lobby was read
    return accounts


def _room(row: LobbyRow) -> Room:
    lobby = row.lobby
    return Room(row, "lobby", lobby.id, lobby.code, lobby.user_ids, lobby.banned, lobby.blocks)
