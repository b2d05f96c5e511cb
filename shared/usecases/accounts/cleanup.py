"""Ending a deleted user's relations to others: friendships, requests, blocks and conversations, with their events.

A transaction has at most 100 operations, and one relation takes four. So the latest relations end together with the
account, the rest in transactions of the erasing task.
"""

from __future__ import annotations

from shared.store import keys
from shared.store.accounts.users import Account, Inbox, read_users
from shared.store.base import Item, delete_partition, read_item, read_items, read_partition
from shared.store.chat.conversations import Conversation, Membership, PairChat
from shared.store.social.relations import BlockRow, PairList, Relation, RelationChanges, Relations
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.social.blocks import add_unblocking
from shared.usecases.social.friends import end

AT_ONCE = 20
"""Relations or blocks that end in one transaction, and conversations that end in one run of the task."""

PAGE = 500
"""Memberships that one Query reads to find those that haven't ended."""

BUCKETS_AT_ONCE = 10
"""Partitions of messages that one run of the task erases: a second or two of work."""

PAIR_LISTS: tuple[PairList, ...] = ("sent", "friends", "received")
"""In the order of ending. All requests that a user sent fit into the first transaction: receivers are notified of none
that a deleted user has sent.
"""


def leave_relations(work: UnitOfWork, account: Account, relations: Relations) -> None:
    """End the latest friendships and requests together with the account."""
    _end_some(work, account.user.id, relations)


def end_relations(user_id: int) -> bool:
    """End some of a deleted user's friendships and requests."""
    relations = read_item(keys.relations(user_id))
    if not isinstance(relations, Relations):
        return True
    work = UnitOfWork()
    ended = _end_some(work, user_id, relations)
    work.commit()
    return not ended


def remove_own_blocks(user_id: int) -> bool:
    """Remove the blocks that a deleted user has made: 50 at most."""
    relations = read_item(keys.relations(user_id))
    if isinstance(relations, Relations) and (blocks := relations.newest("blocked")):
        work, changes = UnitOfWork(), RelationChanges()
        for block in blocks:
            # If the other user is deleted as well, their own task may have removed the row.
            BlockRow.of(user_id, block.other).delete()
            changes.drop(user_id, "blocked", block)
        changes.write(work)
        work.commit()
    return True


def remove_blocks_by_others(user_id: int) -> bool:
    """Remove a deleted user from the lists of the users who blocked them."""
    rows = [row for row in read_partition(keys.blockers(user_id), limit=AT_ONCE) if isinstance(row, BlockRow)]
    blockers = read_users(row.blocker for row in rows)
    work, changes = UnitOfWork(), RelationChanges()
    for row in rows:
        if row.blocker in blockers:
            add_unblocking(work, changes, row.blocker, Relation(row.id, user_id))
        else:
            row.delete()
    changes.write(work)
    work.commit()
    return len(rows) < AT_ONCE


def leave_conversations(user_id: int) -> bool:
    """Remove some of a deleted user's conversations from their other users."""
    left = Membership.ended.does_not_exist()
    rows = read_partition(keys.memberships(user_id), filter_condition=left, limit=AT_ONCE, page_size=PAGE)
    sides = [row for row in rows if isinstance(row, Membership)]
    removed: list[Item] = [PairChat.of(user_id, side.other) for side in sides]
    removed += [Membership.of(side.other, side.chat_id) for side in sides]
    inboxes = {side.chat_id: Inbox.of(side.other) for side in sides}
    found = read_items([*(row.key for row in removed), *(inbox.key for inbox in inboxes.values())])
    work = UnitOfWork()
    for row in removed:
        if row.key in found:
            work.delete(row)
    for chat_id, inbox in inboxes.items():
        if inbox.key in found:
            work.update(inbox, [Inbox.unread_chats.delete({chat_id})])
    for side in sides:
        work.update(side, [Membership.ended.set(True)])
    work.commit()
    return len(sides) < AT_ONCE


def erase_conversations(user_id: int) -> bool:
    """Erase some of a deleted user's conversations, which their other users no longer have.

    The deleted user's membership goes last: while it is there, there is work left.
    """
    sides = [
        row for row in read_partition(keys.memberships(user_id), limit=AT_ONCE) if isinstance(row, Membership)
    ]
    budget = BUCKETS_AT_ONCE
    for side in sides:
        row = read_item(keys.conversation(side.chat_id))
        if isinstance(row, Conversation):
            budget = _erase_messages(row, budget)
            if row.messages:
                return False
        delete_partition(keys.conversation(side.chat_id)[0])
        work = UnitOfWork()
        work.delete(side)
        work.commit()
    return len(sides) < AT_ONCE


def _erase_messages(row: Conversation, budget: int) -> int:
    """Erase the latest messages, as many partitions as the budget has; the row counts what is left of them."""
    while row.messages and budget:
        partition, first = keys.bucket_of_message(row.id, row.messages - 1)
        delete_partition(partition)
        row.messages = first
        budget -= 1
    work = UnitOfWork()
    work.update(row, [Conversation.messages.set(row.messages)])
    work.commit()
    return budget


def _end_some(work: UnitOfWork, user_id: int, relations: Relations) -> int:
    changes = RelationChanges()
    lines = [(name, relation) for name in PAIR_LISTS for relation in relations.newest(name)][:AT_ONCE]
    for name, relation in lines:
        end(work, changes, user_id, name, relation)
    changes.write(work)
    return len(lines)
