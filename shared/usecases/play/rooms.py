"""What lobbies and tournaments have in common: being in the one with a code, inviting somebody, saying something."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

from shared import events
from shared.domain.chat import messages
from shared.domain.errors import Conflict, Forbidden, Invalid, NoSuchUser, RaceLost
from shared.store import keys
from shared.store.accounts.users import Account, User, account_keys, accounts_in
from shared.store.base import Item, Key, Versioned, read_items
from shared.store.play.lobbies import LobbyRow
from shared.store.play.tournaments import TournamentRow
from shared.store.social.relations import FRIENDS, PairRow, is_still
from shared.store.unit_of_work import UnitOfWork
from shared.wire.play.rooms import RoomMessage


def self_invitation() -> Forbidden:
    """The 403 for inviting oneself."""
    return Forbidden("You cannot invite yourself.", "self_invitation")


def not_friends() -> Forbidden:
    """The 403 for inviting somebody else than a friend."""
    return Forbidden("You can invite friends only.", "not_friends")


def banned_there() -> Forbidden:
    """The 403 for inviting somebody who would find nothing."""
    return Forbidden("This user is banned from it.", "user_banned")


def already_there() -> Conflict:
    """The 409 for inviting somebody who has come already."""
    return Conflict("This user is in it already.", "already_there")


@dataclass(frozen=True, slots=True)
class Room:
    """A lobby or a tournament, as far as it is like the other one."""

    row: Versioned
    """As it was read."""
    kind: Literal["lobby", "tournament"]
    id: int
    code: str
    user_ids: tuple[int, ...]
    """Who is in it."""
    banned: Collection[int]


Row = TypeVar("Row", LobbyRow, TournamentRow)


def read_own(
    me: Account,
    code: str,
    row_class: type[Row],
    kind: str,
    key_of: Callable[[int], Key],
    otherwise: Forbidden,
    more: Iterable[Key] = (),
) -> tuple[Row, Mapping[Key, Item]]:
    """The place of a kind that the user is in, if it has this code, and what else was asked for. A BatchGetItem."""
    if me.seat.place_kind != kind:
        raise otherwise
    key = key_of(int(me.seat.place))
    found = read_items([key, *more])
    row = found.get(key)
    if not isinstance(row, row_class):
        raise RaceLost  # it has ended since the seat was read
    if row.state.code != code:
        raise otherwise
    return row, found


def invitation_keys(me: Account, user_id: int) -> list[Key]:
    """What `invite` has to have read, beside the gathering."""
    return [*account_keys([user_id]), keys.friendship(me.user.id, user_id)]


def invite(
    me: Account, there: Room, user_id: int, event: str, found: Mapping[Key, Item], now: datetime
) -> None:
    """Send a friend the invitation; whoever calls this has decided that the user who is asking may."""
    mine = me.user.id
    if user_id == mine:
        raise self_invitation()
    other = accounts_in(found, [user_id], now).get(user_id)
    if other is None or other.user.is_guest or mine in other.user.blocked:
        raise NoSuchUser
    if user_id in there.user_ids:
        raise already_there()
    if user_id in there.banned:
        raise banned_there()
    friendship = found.get(keys.friendship(mine, user_id))
    if not isinstance(friendship, PairRow) or not friendship.are_friends:
        raise not_friends()
    work = UnitOfWork(now)
    work.check(there.row, there.row.unchanged())
    work.check(friendship, is_still(friendship.id, FRIENDS), otherwise=not_friends())
    message = events.render(
        event,
        data={"id": there.id, "code": there.code},
        kwargs={"username": me.user.username, "code": there.code},
    )
    work.emit(there.row.pk, [user_id], message)
    work.commit()


def say(me: Account, there: Room, content: str) -> RoomMessage:
    """Say something to everybody else who is there; what was said, trimmed."""
    text = content.strip()
    if wrong := messages.problems(text):
        raise Invalid({"content": wrong})
    work, mine = UnitOfWork(), me.user.id
    work.check(there.row, there.row.unchanged())
    work.check(me.user, User.pk.exists())
    event = events.render(
        f"{there.kind}-message", data={"id": mine, "content": text}, kwargs={"username": me.user.username}
    )
    work.emit(there.row.pk, [user_id for user_id in there.user_ids if user_id != mine], event)
    work.commit()
    return RoomMessage(id=mine, content=text)
