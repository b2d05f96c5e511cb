"""Blocking and unblocking. ON_BLOCK and ON_UNBLOCK, at the end of this file, list the effects in other areas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from shared.domain.accounts.errors import NoSuchUser
from shared.domain.ids import new_id
from shared.domain.social.errors import AlreadyBlocked, NoSuchBlock, SelfBlock, TooManyBlocks
from shared.domain.social.relations import MAX_BLOCKED
from shared.store import keys
from shared.store.accounts.users import Account, User, account_keys, accounts_in
from shared.store.base import Item, Key, read_items
from shared.store.social.relations import BlockRow, PairRow, Relation, RelationChanges, Relations
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.chat.closing import close_conversation, reopen_conversation
from shared.usecases.play.places import block_in_room, room_keys, unblock_in_room
from shared.usecases.social.friends import end, list_of
from shared.wire.social.relations import Blocked

OnBlock = Callable[[UnitOfWork, RelationChanges, Account, Account, Mapping[Key, Item]], None]
"""Adds the effect of a block in one area to its transaction: blocker, blocked user, the pair's rows and the blocker's
room as read."""

OnUnblock = Callable[[UnitOfWork, RelationChanges, Account, int, Mapping[Key, Item]], None]
"""Adds the effect of a block's end in one area to its transaction: blocker, blocked user, rows as read."""


def block(me: Account, user_id: int) -> Blocked:
    """Block a user. Their friendship or request ends, with its events; ON_BLOCK adds the other effects."""
    mine = me.user.id
    if user_id == mine:
        raise SelfBlock
    work = UnitOfWork()
    pair_keys = [keys.friendship(mine, user_id), keys.conversation_of(mine, user_id)]
    found = read_items([*account_keys([user_id]), *pair_keys, *room_keys(me.seat)])
    other = accounts_in(found, [user_id], work.now).get(user_id)
    if other is None or other.user.is_guest or mine in other.user.blocked:
        raise NoSuchUser
    if user_id in me.user.blocked:
        raise AlreadyBlocked
    if len(me.user.blocked) >= MAX_BLOCKED:
        raise TooManyBlocks

    row = BlockRow.at(
        keys.block(mine, user_id), id=new_id(work.now), blocker=mine, blocked=user_id, blocked_at=work.now
    )
    work.put(row)
    work.update(me.user, [User.blocked.add({user_id})], when=User.has_room_to_block(MAX_BLOCKED))
    work.check(other.user, User.pk.exists() & ~User.blocked.contains(mine))
    changes = RelationChanges()
    changes.add(mine, "blocked", Relation(row.id, user_id))
    pair = found.get(keys.friendship(mine, user_id))
    if isinstance(pair, PairRow):
        name = list_of(mine, pair)
        # Only a sender who blocks the receiver is told as well (docs/contract/events.md#events-of-friends).
        end(work, changes, mine, name, Relation(pair.id, user_id), tell_both=name == "sent")
    else:
        work.check(PairRow.of(mine, user_id), PairRow.pk.does_not_exist())
    for on_block in ON_BLOCK:
        on_block(work, changes, me, other, found)
    changes.write(work)
    work.commit()
    return Blocked.of(row, other)


def unblock(me: Account, relations: Relations, block_id: int) -> None:
    """End one of the user's blocks. NoSuchBlock."""
    relation = relations.find(block_id, "blocked")
    if relation is None:
        raise NoSuchBlock
    work, changes = UnitOfWork(), RelationChanges()
    add_unblocking(work, changes, me.user.id, relation)
    found = read_items([keys.conversation_of(me.user.id, relation.other), *room_keys(me.seat)])
    for on_unblock in ON_UNBLOCK:
        on_unblock(work, changes, me, relation.other, found)
    changes.write(work)
    work.commit()


def add_unblocking(work: UnitOfWork, changes: RelationChanges, blocker_id: int, relation: Relation) -> None:
    """Add the end of a block to a unit of work."""
    work.delete(BlockRow.of(blocker_id, relation.other), when=BlockRow.id == relation.id)
    work.update(User.at(keys.user(blocker_id)), [User.blocked.delete({relation.other})])
    changes.drop(blocker_id, "blocked", relation)


def read_blocks(user_id: int, relations: Sequence[Relation], now: datetime) -> list[Blocked]:
    """Some of a user's blocks, in their order; ended ones are left out. A BatchGetItem per 33."""
    rows = {relation: keys.block(user_id, relation.other) for relation in relations}
    others = [relation.other for relation in relations]
    found = read_items([*rows.values(), *account_keys(others)] if relations else [])
    accounts = accounts_in(found, others, now)
    shown = []
    for relation, key in rows.items():
        row, account = found.get(key), accounts.get(relation.other)
        if isinstance(row, BlockRow) and account and row.id == relation.id:
            shown.append(Blocked.of(row, account))
    return shown


ON_BLOCK: tuple[OnBlock, ...] = (close_conversation, block_in_room)
ON_UNBLOCK: tuple[OnUnblock, ...] = (reopen_conversation, unblock_in_room)
