"""Blocking and unblocking. An area of the product that a block ends something in joins in at the end of this file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from shared.domain.errors import Conflict, Forbidden, NoSuchBlock, NoSuchUser
from shared.domain.ids import new_id
from shared.domain.social.relations import MAX_BLOCKED
from shared.store import keys
from shared.store.accounts.users import Account, User, account_keys, accounts_in
from shared.store.base import Item, Key, read_items
from shared.store.social.relations import BlockRow, PairRow, Relation, RelationChanges, Relations
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.chat.closing import close_conversation, reopen_conversation
from shared.usecases.play.places import leave_shared_place
from shared.usecases.social.friends import end, list_of
from shared.wire.social.relations import Blocked

OnBlock = Callable[[UnitOfWork, RelationChanges, Account, Account, Mapping[Key, Item]], None]
"""Adds to the blocking transaction what one area ends between the blocker and the blocked one.

It is given the rows of the pair as they were read.
"""

OnUnblock = Callable[[UnitOfWork, RelationChanges, int, int], None]
"""Adds to the transaction of a block's end what one area gives back to the two."""


def self_block() -> Forbidden:
    """The 403 for blocking oneself."""
    return Forbidden("You cannot block yourself.", "self_block")


def too_many_blocks() -> Forbidden:
    """The 403 for blocking too many."""
    return Forbidden(f"You have blocked {MAX_BLOCKED} users already.", "too_many_blocks")


def already_blocked() -> Conflict:
    """The 409 for blocking twice."""
    return Conflict("You have blocked this user already.", "already_blocked")


def block(me: Account, user_id: int) -> Blocked:
    """Block somebody. A friendship or a request of the two ends, with its events; so does what ON_BLOCK end."""
    mine = me.user.id
    if user_id == mine:
        raise self_block()
    work = UnitOfWork()
    pair_keys = [keys.friendship(mine, user_id), keys.conversation_of(mine, user_id)]
    found = read_items([*account_keys([user_id]), *pair_keys])
    other = accounts_in(found, [user_id], work.now).get(user_id)
    if other is None or other.user.is_guest or mine in other.user.blocked:
        raise NoSuchUser
    if user_id in me.user.blocked:
        raise already_blocked()
    if len(me.user.blocked) >= MAX_BLOCKED:
        raise too_many_blocks()

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
        # Only who blocks the receiver of their own request is told as well (api.fr.md, cancel-friend-request).
        end(work, changes, mine, name, Relation(pair.id, user_id), tell_both=name == "sent")
    else:
        work.check(PairRow.of(mine, user_id), PairRow.pk.does_not_exist())
    for on_block in ON_BLOCK:
        on_block(work, changes, me, other, found)
    changes.write(work)
    work.commit()
    return Blocked.of(row, other)


def unblock(me: Account, relations: Relations, block_id: int) -> None:
    """End a block of the user's own."""
    relation = relations.find(block_id, "blocked")
    if relation is None:
        raise NoSuchBlock
    work, changes = UnitOfWork(), RelationChanges()
    add_unblocking(work, changes, me.user.id, relation)
    for on_unblock in ON_UNBLOCK:
        on_unblock(work, changes, me.user.id, relation.other)
    changes.write(work)
    work.commit()


def add_unblocking(work: UnitOfWork, changes: RelationChanges, blocker_id: int, relation: Relation) -> None:
    """Add the end of a block to a unit of work."""
    work.delete(BlockRow.of(blocker_id, relation.other), when=BlockRow.id == relation.id)
    work.update(User.at(keys.user(blocker_id)), [User.blocked.delete({relation.other})])
    changes.drop(blocker_id, "blocked", relation)


def read_blocks(user_id: int, relations: Sequence[Relation], now: datetime) -> list[Blocked]:
    """Some of a user's blocks, in their order, without those that have ended since. A BatchGetItem per 33."""
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


ON_BLOCK: tuple[OnBlock, ...] = (close_conversation, leave_shared_place)
ON_UNBLOCK: tuple[OnUnblock, ...] = (reopen_conversation,)
