"""All ways of leaving a lobby."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from shared.domain.errors import RaceLost
from shared.domain.play import lobby_rules as rules
from shared.domain.play.errors import NotLobbyMember
from shared.domain.play.lobby import Lobby
from shared.domain.play.lobby_rules import LobbyChange
from shared.domain.play.rooms import RoomEvent
from shared.store import keys
from shared.store.accounts.seats import Seat
from shared.store.accounts.users import Account, User, read_users
from shared.store.base import read_items
from shared.store.play.lobbies import LobbyRow
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.lobby_writes import write_lobby


def leave(work: UnitOfWork, place: str, seats: Sequence[Seat], code: str | None = None) -> None:
    """Add to a unit of work that members leave a lobby. The caller writes their seats.

    NotLobbyMember if `code` isn't the lobby's. A BatchGetItem; a second one if the creator goes, to find a registered
    successor.
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


def _without(lobby: Lobby, leavers: Sequence[int], registered: Collection[int]) -> LobbyChange:
    """The members leave one by one; the creator last, since that may end the lobby."""
    change = LobbyChange(lobby)
    events: list[RoomEvent] = []
    for user_id in sorted(leavers, key=lambda leaver: leaver == lobby.creator):
        if change.lobby is None or change.lobby.find(user_id) is None:
            raise RaceLost  # the seat and the lobby were read at different times
        change = rules.leave(change.lobby, user_id, registered)
        events += change.events
    return LobbyChange(change.lobby, tuple(events), change.evicted)


def separate(work: UnitOfWork, row: LobbyRow, me: Account, other: Account) -> Seat | None:
    """Add to a unit of work that one member of a lobby blocks another. The seat of the one who has to go.

    In a third user's lobby both stay, but a clash lobby stops being ready: the two never play in one match. The lobby
    is written even if nothing changes, so that a request that makes it ready just now starts again and sees the block.
    """
    mine, theirs = me.user.id, other.user.id
    lobby = replace(row.lobby, blocks=row.lobby.blocks | {(mine, theirs)})
    if not {mine, theirs} <= set(lobby.user_ids):
        raise RaceLost
    going: Seat | None = None
    if lobby.creator == mine:
        going, change = other.seat, LobbyChange(*rules.remove(lobby, theirs))
    elif lobby.creator == theirs:
        going, change = me.seat, rules.leave(lobby, mine, ())
    else:
        rested, events = rules.unready(lobby) if row.ticket else (lobby, ())
        change = LobbyChange(rested, events)
    write_lobby(work, row, change, {account.user.id: account.user.username for account in (me, other)})
    return going
