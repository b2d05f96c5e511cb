"""What ties a user who goes for good to others: friendships, requests and blocks end, and the others are told; so do
conversations, of which nothing is left.

A transaction has at most 100 operations, and one relation takes four of them; so some end with the account itself,
and the rest in transactions of their own right after it.
"""

from __future__ import annotations

from shared.store import keys
from shared.store.accounts.users import Account, Inbox, read_users
from shared.store.base import Item, delete_partition, read_item, read_items, read_partition
from shared.store.chat.conversations import Conversation, Membership, PairChat
from shared.store.social.relations import BlockRow, Relation, RelationChanges, Relations
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.social.blocks import add_unblocking
from shared.usecases.social.friends import PairList, end

AT_ONCE = 20
"""How many relations, or blocks, end in one transaction; and how many conversations in one run of the task."""

BUCKETS_AT_ONCE = 10
"""How many partitions of messages one run of the task erases: a second or two of work."""

PAIR_LISTS: tuple[PairList, ...] = ("friends", "sent", "received")


def leave_relations(work: UnitOfWork, account: Account, relations: Relations) -> None:
    """End the latest friendships and requests together with the account."""
    _end_some(work, account.user.id, relations)


def end_relations(user_id: int) -> bool:
    """End friendships and requests that a deleted user still has."""
    relations = read_item(keys.relations(user_id))
    if not isinstance(relations, Relations):
        return True
    work = UnitOfWork()
    ended = _end_some(work, user_id, relations)
    work.commit()
    return not ended


def remove_own_blocks(user_id: int) -> bool:
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


def remove_blocks_by_others(user_id: int) -> bool:
    """Take a deleted user from the lists of those who had blocked them."""
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


def end_conversations(user_id: int) -> bool:
    """End the conversations of a deleted user, for the other user at once, and erase all that was said.

    The deleted user's side goes last: it is what tells that there is something left to do.
    """
    sides = [
        row for row in read_partition(keys.memberships(user_id), limit=AT_ONCE) if isinstance(row, Membership)
    ]
    budget = BUCKETS_AT_ONCE
    for side in sides:
        chat_id = side.chat_id
        row = _part(user_id, side)
        budget = _erase_messages(row, budget) if row else budget
        if row and row.messages:
            return False
        delete_partition(keys.conversation(chat_id)[0])
        work = UnitOfWork()
        work.delete(side)
        work.commit()
    return len(sides) < AT_ONCE


def _part(user_id: int, side: Membership) -> Conversation | None:
    """Take a conversation from the other user, who may be gone as well; its row."""
    chat_id, other = side.chat_id, side.other
    rows: list[Item] = [PairChat.of(user_id, other), Membership.of(other, chat_id)]
    inbox = Inbox.of(other)
    found = read_items([*(row.key for row in rows), inbox.key, keys.conversation(chat_id)])
    work = UnitOfWork()
    for row in rows:
        if row.key in found:
            work.delete(row)
    if inbox.key in found:
        work.update(inbox, [Inbox.unread_chats.delete({chat_id})])
    work.commit()
    conversation = found.get(keys.conversation(chat_id))
    return conversation if isinstance(conversation, Conversation) else None


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
