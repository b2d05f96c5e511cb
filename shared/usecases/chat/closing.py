"""The effect of a block, and of its end, on the conversation of the two users."""

from __future__ import annotations

from collections.abc import Mapping

from shared.store import keys
from shared.store.accounts.users import Account
from shared.store.base import Item, Key, read_items
from shared.store.chat.conversations import Conversation, Membership, PairChat, chat_keys
from shared.store.social.relations import RelationChanges
from shared.store.unit_of_work import UnitOfWork


def close_conversation(
    work: UnitOfWork, changes: RelationChanges, me: Account, other: Account, found: Mapping[Key, Item]
) -> None:
    """A block closes the conversation to both users; meanwhile its messages don't count as unread."""
    mine, theirs = me.user.id, other.user.id
    pair = found.get(keys.conversation_of(mine, theirs))
    if not isinstance(pair, PairChat):
        work.check(PairChat.of(mine, theirs), PairChat.pk.does_not_exist())
        return
    chat_id = pair.chat_id
    for user_id in (mine, theirs):
        work.update(Membership.of(user_id, chat_id), [Membership.closed.set(True)])
        changes.drop_unread(user_id, chat_id)


def reopen_conversation(
    work: UnitOfWork, changes: RelationChanges, me: Account, other_id: int, found: Mapping[Key, Item]
) -> None:
    """The end of a block opens the conversation again, unread messages included."""
    user_id = me.user.id
    pair = found.get(keys.conversation_of(user_id, other_id))
    if not isinstance(pair, PairChat):
        return
    chat_id = pair.chat_id
    rows = read_items([*chat_keys(user_id, chat_id), keys.membership(other_id, chat_id)])
    row = rows.get(keys.conversation(chat_id))
    if not isinstance(row, Conversation) or len(rows) < 3:
        return  # the other user is being erased, and the conversation with them
    for each in (user_id, other_id):
        work.update(Membership.of(each, chat_id), [Membership.closed.set(False)])
        if row.unread(each):
            changes.add_unread(each, chat_id)
    # Somebody may still be listing what they had begun to before the block.
    work.check(row, (Conversation.low_seen == row.low_seen) & (Conversation.high_seen == row.high_seen))
