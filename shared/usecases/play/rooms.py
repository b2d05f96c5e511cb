"""What lobbies and tournaments have in common: finding one's own by its code, inviting, messages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

from shared.domain.accounts.errors import NoSuchUser
from shared.domain.chat import messages
from shared.domain.errors import Forbidden, Invalid, RaceLost
from shared.domain.play.errors import AlreadyThere, NotFriends, SelfInvitation, UserBanned
from shared.domain.play.rooms import Blocks, audience
from shared.store import keys
from shared.store.accounts.users import Account, User, account_keys, accounts_in
from shared.store.base import Item, Key, Versioned, read_items
from shared.store.play.lobbies import LobbyRow
from shared.store.play.tournaments import TournamentRow
from shared.store.social.relations import FRIENDS, PairRow, is_still
from shared.store.unit_of_work import UnitOfWork
from shared.wire.play.room_events import invitation, room_message
from shared.wire.play.rooms import RoomMessage


@dataclass(frozen=True, slots=True)
class Room:
    """The common part of a lobby and a tournament."""

    row: Versioned
    """As it was read."""
    kind: Literal["lobby", "tournament"]
    id: int
    code: str
    user_ids: tuple[int, ...]
    """The users in it."""
    banned: Collection[int]
    blocks: Blocks


Row = TypeVar("Row", LobbyRow, TournamentRow)


def read_own(
    me: Account,
    code: str,
    row_class: type[Row],
    kind: str,
    key_of: Callable[[int], Key],
    otherwise: type[Forbidden],
    more: Iterable[Key] = (),
) -> tuple[Row, Mapping[Key, Item]]:
    """The user's own room if it has this code, and the items under `more`. A BatchGetItem."""
    if me.seat.place_kind != kind:
        raise otherwise
    key = key_of(int(me.seat.place))
    found = read_items([key, *more])
    row = found.get(key)
    if not isinstance(row, row_class):
        raise RaceLost  # the room has ended since the seat was read
    if row.state.code != code:
        raise otherwise
    return row, found


def invitation_keys(me: Account, user_id: int) -> list[Key]:
    """The keys that `invite` needs to have read, beside the room's."""
    return [*account_keys([user_id]), keys.friendship(me.user.id, user_id)]


def invite(
    me: Account, there: Room, user_id: int, event: str, found: Mapping[Key, Item], now: datetime
) -> None:
    """Invite a friend. The caller has checked that the user may invite."""
    mine = me.user.id
    if user_id == mine:
        raise SelfInvitation
    other = accounts_in(found, [user_id], now).get(user_id)
    if other is None or other.user.is_guest or mine in other.user.blocked:
        raise NoSuchUser
    if user_id in there.user_ids:
        raise AlreadyThere
    if user_id in there.banned:
        raise UserBanned
    friendship = found.get(keys.friendship(mine, user_id))
    if not isinstance(friendship, PairRow) or not friendship.are_friends:
        raise NotFriends
    work = UnitOfWork(now)
    work.check(there.row, there.row.unchanged())
    work.check(friendship, is_still(friendship.id, FRIENDS), otherwise=NotFriends)
    work.emit(there.row.pk, [user_id], invitation(event, me, there.id, there.code))
    work.commit()


def say(me: Account, there: Room, content: str) -> RoomMessage:
    """Send a message to the others in a room, but not across a block. Returns it trimmed."""
    text = content.strip()
    if wrong := messages.problems(text):
        raise Invalid({"content": wrong})
    work, mine = UnitOfWork(), me.user.id
    work.check(there.row, there.row.unchanged())
    work.check(me.user, User.pk.exists())
    others = audience(there.user_ids, mine, there.blocks)
    work.emit(there.row.pk, others, room_message(f"{there.kind}-message", me, text))
    work.commit()
    return RoomMessage(id=mine, content=text)
