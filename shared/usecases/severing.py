"""What ties a user who goes for good to others: friendships, requests and blocks end, and the others are told.

A transaction has at most 100 operations, and one relation takes four of them; so some end with the account itself,
and the rest in transactions of their own right after it.
"""

from __future__ import annotations

from shared.store import keys
from shared.store.base import read_item, read_partition
from shared.store.relations import BlockRow, Relation, RelationChanges, Relations
from shared.store.unit_of_work import UnitOfWork
from shared.store.users import Account, read_users
from shared.usecases.blocks import add_unblocking
from shared.usecases.friends import PairList, end

AT_ONCE = 20
"""How many relations, or blocks, end in one transaction."""

PAIR_LISTS: tuple[PairList, ...] = ("friends", "sent", "received")


def leave_relations(work: UnitOfWork, account: Account, relations: Relations) -> None:
    """End the latest friendships and requests together with the account."""
    _end_some(work, account.user.user_id, relations)


def untie_relations(user_id: int) -> bool:
    """End friendships and requests that a deleted user still has."""
    relations = read_item(keys.relations(user_id))
    if not isinstance(relations, Relations):
        return True
    work = UnitOfWork()
    ended = _end_some(work, user_id, relations)
    work.commit()
    return not ended


def untie_own_blocks(user_id: int) -> bool:
    """Remove the blocks that a deleted user has put on others: there are at most 50."""
    relations = read_item(keys.relations(user_id))
    if isinstance(relations, Relations) and (blocks := relations.newest("blocked")):
        work, changes = UnitOfWork(), RelationChanges()
        for block in blocks:
            # The other one may be deleted as well: then either of the two tasks is first.
            BlockRow.of(user_id, block.other).delete()
            changes.drop(user_id, "blocked", block)
        changes.write(work)
        work.commit()
    return True


def untie_blocks_by_others(user_id: int) -> bool:
    """Take a deleted user from the lists of those who had blocked them."""
    rows = [row for row in read_partition(keys.blockers(user_id), limit=AT_ONCE) if isinstance(row, BlockRow)]
    blockers = read_users(int(row.blocker) for row in rows)
    work, changes = UnitOfWork(), RelationChanges()
    for row in rows:
        if int(row.blocker) in blockers:
            add_unblocking(work, changes, int(row.blocker), Relation(int(row.id), user_id))
        else:
            row.delete()
    changes.write(work)
    work.commit()
    return len(rows) < AT_ONCE


def _end_some(work: UnitOfWork, user_id: int, relations: Relations) -> int:
    changes = RelationChanges()
    lines = [(name, relation) for name in PAIR_LISTS for relation in relations.newest(name)][:AT_ONCE]
    for name, relation in lines:
        end(work, changes, user_id, name, relation)
    changes.write(work)
    return len(lines)
