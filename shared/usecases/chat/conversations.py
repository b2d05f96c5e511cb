"""Conversations: starting, sending, reading, hiding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from shared.domain.accounts.errors import NoSuchUser
from shared.domain.chat import messages
from shared.domain.chat.errors import ChatExists, ChatHidden, ChatNotAccepted, NotInChat, SelfChat
from shared.domain.errors import Invalid, RaceLost, Throttled
from shared.domain.ids import new_id
from shared.domain.social.errors import BlockedByYou
from shared.store import keys
from shared.store.accounts.users import (
    Account,
    Inbox,
    User,
    account_keys,
    accounts_in,
    read_credential,
    read_usernames,
)
from shared.store.base import Item, Key, read_items
from shared.store.chat.conversations import (
    Chat,
    Conversation,
    Membership,
    MessageRow,
    PairChat,
    message_keys,
    messages_in,
    read_chat,
)
from shared.store.social.relations import FRIENDS, PairRow
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.rerun import rerun
from shared.usecases.social.friends import LONGEST_NAME
from shared.wire.chat.conversations import ChatDetail, ChatLine, Message
from shared.wire.chat.events import message_received


def create(me: Account, username: str) -> ChatLine:
    """Start a conversation with the user of a name, whatever its case; both see it."""
    credential = read_credential(username[:LONGEST_NAME])
    if credential is None:
        raise NoSuchUser
    mine, theirs = me.user.id, credential.user_id
    if mine == theirs:
        raise SelfChat
    work = UnitOfWork()
    found = read_items(
        [*account_keys([theirs]), keys.friendship(mine, theirs), keys.conversation_of(mine, theirs)]
    )
    other = accounts_in(found, [theirs], work.now).get(theirs)
    if other is None or other.user.is_guest or mine in other.user.blocked:
        raise NoSuchUser
    if theirs in me.user.blocked:
        raise BlockedByYou
    if keys.conversation_of(mine, theirs) in found:
        raise ChatExists
    _require_accepted(work, me, other, found.get(keys.friendship(mine, theirs)))

    chat_id = new_id(work.now)
    pair = PairChat.of(mine, theirs)
    pair.chat_id = chat_id
    work.put(pair, otherwise=ChatExists)
    low, high = sorted((mine, theirs))
    row = Conversation.at(keys.conversation(chat_id), id=chat_id, low=low, high=high, created_at=work.now)
    work.put(row)
    sides = [
        Membership.at(keys.membership(one, chat_id), chat_id=chat_id, other=another, active_at=work.now)
        for one, another in ((mine, theirs), (theirs, mine))
    ]
    for side in sides:
        work.put(side)
    work.commit()
    return ChatLine.of(row, sides[0], me, other)


def _require_accepted(work: UnitOfWork, me: Account, other: Account, friendship: object) -> None:
    """Require that the other user accepts this conversation, now and as a condition of the unit. ChatNotAccepted."""
    mine, accepts = me.user.id, other.user.accept_chat_from
    if accepts == "friends_only":
        if not isinstance(friendship, PairRow) or not friendship.are_friends:
            raise ChatNotAccepted
        work.check(friendship, PairRow.status == FRIENDS)
    elif accepts != "everyone":
        raise ChatNotAccepted
    work.check(me.user, User.pk.exists() & ~User.blocked.contains(other.user.id))
    work.check(other.user, (User.accept_chat_from == accepts) & ~User.blocked.contains(mine))


def send(me: Account, chat: Chat, text: str, *, is_read: bool) -> Message:
    """Send a message; the other user gets `receive-message`, and a conversation that they hid is shown again.

    `is_read` says that the other user has the conversation open.
    """
    content = text.strip()
    if wrong := messages.problems(content):
        raise Invalid({"content": wrong})
    if chat.mine.hidden:
        raise ChatHidden
    work, row, theirs = UnitOfWork(), chat.row, chat.other
    message = messages.next_message(
        row.last, author=chat.user_id, content=content, is_read=is_read, now=work.now
    )
    work.update(row, row.append(message), when=Conversation.messages == message.n)
    work.put(MessageRow.holding(chat.id, message))
    work.update(chat.mine, [Membership.active_at.set(message.sent_at)], when=Membership.is_shown())
    work.update(
        Membership.of(theirs, chat.id),
        [Membership.active_at.set(message.sent_at), Membership.hidden.set(False)],
        when=Membership.is_open(),
    )
    if not is_read:
        work.update(Inbox.of(theirs), [Inbox.unread_chats.add({chat.id})])
    work.check(me.user, User.pk.exists())
    work.check(User.at(keys.user(theirs)), User.pk.exists(), otherwise=NotInChat)
    sent = Message.of(row, message, me)
    work.emit(row.pk, [theirs], message_received(sent, me))
    work.commit()
    return sent


def read_page(me: Account, chat: Chat, numbers: Sequence[int], now: datetime) -> list[Message]:
    """The messages with these numbers, in the state before they are marked as read. One BatchGetItem per 97."""
    wanted = message_keys(chat.id, numbers)
    found = read_items([*account_keys([chat.other]), *wanted])
    authors = {chat.user_id: me, chat.other: other_in(found, chat, now)}
    written = messages_in(found, wanted)
    return [Message.of(chat.row, message, authors[message.author]) for message in written]


def other_in(found: Mapping[Key, Item], chat: Chat, now: datetime) -> Account:
    """The other user out of items read. NotInChat if the account is deleted and the conversation is being erased."""
    other = accounts_in(found, [chat.other], now).get(chat.other)
    if other is None:
        raise NotInChat
    return other


def mark_read(chat: Chat) -> None:
    """Mark as read what a user has just listed, and show a hidden conversation again. Newer messages stay unread.

    It never fails: if other writers win every race, the messages stay unread until the next listing.
    """
    if not chat.unread and not chat.mine.hidden:
        return
    try:
        _mark_read(chat, chat)
    except RaceLost:
        with suppress(Throttled):
            rerun(lambda: _mark_read(chat, read_chat(chat.user_id, chat.id)))


def _mark_read(shown: Chat, now: Chat) -> None:
    work, user_id, row = UnitOfWork(), shown.user_id, shown.row
    if shown.unread and now.row.seen(user_id) < row.messages:
        more = now.row.received(user_id) > row.received(user_id)
        when = row.goes_beyond(user_id) & row.receives(user_id, more=more)
        work.update(row, row.mark_read(user_id), when=when)
        if not more:
            work.update(Inbox.of(user_id), [Inbox.unread_chats.delete({shown.id})])
    if now.mine.hidden:
        work.update(now.mine, [Membership.hidden.set(False)])
    work.commit()


def hide(chat: Chat) -> None:
    """Take a conversation from a user's list, until they read it or the other one writes."""
    work = UnitOfWork()
    work.update(chat.mine, [Membership.hidden.set(True)], when=Membership.is_open())
    work.commit()


def select(rows: Sequence[Membership], q: str) -> list[Membership]:
    """The conversations that a list shows: without `q` the shown ones, with it all whose other user's present name
    contains it, in any case."""
    opened = [row for row in rows if not row.closed]
    if not q:
        return [row for row in opened if not row.hidden]
    names = read_usernames(row.other for row in opened)
    return [row for row in opened if q.lower() in names.get(row.other, "").lower()]


def read_lines(me: Account, rows: Sequence[Membership], now: datetime) -> list[ChatLine]:
    """Some of a user's conversations, in their order. A BatchGetItem per 33.

    A conversation whose other user is being erased is left out.
    """
    others = [row.other for row in rows]
    conversations = [keys.conversation(row.chat_id) for row in rows]
    found = read_items([*conversations, *account_keys(others)] if rows else [])
    accounts = accounts_in(found, others, now)
    lines = []
    for row in rows:
        conversation = found.get(keys.conversation(row.chat_id))
        other = accounts.get(row.other)
        if isinstance(conversation, Conversation) and other:
            lines.append(ChatLine.of(conversation, row, me, other))
    return lines


def read_detail(me: Account, chat: Chat, now: datetime) -> ChatDetail:
    """A conversation with the count of unread messages."""
    other = other_in(read_items(account_keys([chat.other])), chat, now)
    return ChatDetail.of(chat.row, chat.mine, me, other, unread_messages=chat.unread)
