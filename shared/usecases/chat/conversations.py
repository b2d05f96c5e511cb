"""Conversations: making one, sending, reading, hiding."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from shared import events
from shared.domain.chat import messages
from shared.domain.errors import Conflict, Forbidden, Invalid, NoSuchUser, NotInChat, RaceLost, Throttled
from shared.domain.ids import new_id
from shared.store import keys
from shared.store.accounts.users import (
    Account,
    Inbox,
    User,
    account_keys,
    accounts_in,
    read_accounts,
    read_credential,
    read_usernames,
)
from shared.store.base import read_items
from shared.store.chat.conversations import (
    Chat,
    Conversation,
    Membership,
    MessageRow,
    PairChat,
    read_chat,
    read_messages,
)
from shared.store.social.relations import FRIENDS, PairRow
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.rerun import rerun
from shared.usecases.social.friends import LONGEST_NAME, blocked_by_you
from shared.wire.chat.conversations import ChatDetail, ChatLine, Message


def self_chat() -> Forbidden:
    """The 403 for wanting to talk to oneself."""
    return Forbidden("You cannot start a conversation with yourself.", "self_chat")


def takes_no_chats() -> Forbidden:
    """The 403 for wanting to talk to who doesn't want to be talked to."""
    return Forbidden("This user does not accept conversations from you.", "chat_not_accepted")


def chat_exists() -> Conflict:
    """The 409 for a second conversation."""
    return Conflict("You have a conversation with this user already.", "chat_exists")


def chat_hidden() -> Forbidden:
    """The 403 for sending to what one has hidden."""
    return Forbidden("You have hidden this conversation: read its messages to show it again.", "chat_hidden")


def create(me: Account, username: str) -> ChatLine:
    """Start a conversation with somebody, found by name in any case; both see it."""
    credential = read_credential(username[:LONGEST_NAME])
    if credential is None:
        raise NoSuchUser
    mine, theirs = me.user.id, credential.user_id
    if mine == theirs:
        raise self_chat()
    work = UnitOfWork()
    found = read_items(
        [*account_keys([theirs]), keys.friendship(mine, theirs), keys.conversation_of(mine, theirs)]
    )
    other = accounts_in(found, [theirs], work.now).get(theirs)
    if other is None or other.user.is_guest or mine in other.user.blocked:
        raise NoSuchUser
    if theirs in me.user.blocked:
        raise blocked_by_you()
    if keys.conversation_of(mine, theirs) in found:
        raise chat_exists()
    _require_accepted(work, me, other, found.get(keys.friendship(mine, theirs)))

    chat_id = new_id(work.now)
    pair = PairChat.of(mine, theirs)
    pair.chat_id = chat_id
    work.put(pair, otherwise=chat_exists())
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
    """Insist that the other user takes conversations of this one: now, and when the unit commits."""
    mine, accepts = me.user.id, other.user.accept_chat_from
    if accepts == "friends_only":
        if not isinstance(friendship, PairRow) or not friendship.are_friends:
            raise takes_no_chats()
        work.check(friendship, PairRow.status == FRIENDS)
    elif accepts != "everyone":
        raise takes_no_chats()
    work.check(me.user, User.pk.exists() & ~User.blocked.contains(other.user.id))
    work.check(other.user, (User.accept_chat_from == accepts) & ~User.blocked.contains(mine))


def send(me: Account, chat: Chat, text: str, *, is_read: bool) -> Message:
    """Write a message; the other user gets `receive-message`, and sees the conversation again if they hid it.

    `is_read` says that they have it open.
    """
    content = text.strip()
    if wrong := messages.problems(content):
        raise Invalid({"content": wrong})
    if chat.mine.hidden:
        raise chat_hidden()
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
    work.check(User.at(keys.user(theirs)), User.pk.exists(), otherwise=NotInChat())
    sent = Message.of(row, message, me)
    event = events.render(
        "receive-message",
        data=sent.model_dump(mode="json"),
        kwargs={"username": me.user.username, "message": content, "chat_id": chat.id},
    )
    work.emit(row.pk, [theirs], event)
    work.commit()
    return sent


def read_page(me: Account, chat: Chat, numbers: Sequence[int], now: datetime) -> list[Message]:
    """The messages with these numbers, as they are before the other's count as read."""
    authors = {chat.user_id: me, chat.other: read_other(chat, now)}
    written = read_messages(chat.id, numbers)
    return [Message.of(chat.row, message, authors[message.author]) for message in written]


def read_other(chat: Chat, now: datetime) -> Account:
    """The other user. NotInChat if they are gone: what is left of the conversation is being erased."""
    other = read_accounts([chat.other], now).get(chat.other)
    if other is None:
        raise NotInChat
    return other


def mark_read(chat: Chat) -> None:
    """What a user has just seen of a conversation counts as read, and the conversation is shown again.

    What has come since stays unread. It never fails for other writers: who loses even the last of several runs
    leaves the messages unread until the next look, which is no harm to who reads now.
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
    """Those of a user's conversations that a list shows: without `q` those that they see; with it those whose other
    user has it in their present name, in any case, hidden ones included."""
    opened = [row for row in rows if not row.closed]
    if not q:
        return [row for row in opened if not row.hidden]
    names = read_usernames(row.other for row in opened)
    return [row for row in opened if q.lower() in names.get(row.other, "").lower()]


def read_lines(me: Account, rows: Sequence[Membership], now: datetime) -> list[ChatLine]:
    """Some of a user's conversations, in their order. A BatchGetItem per 33.

    One whose other user is being erased is left out.
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
    """A conversation, and how much of it the user hasn't read."""
    return ChatDetail.of(chat.row, chat.mine, me, read_other(chat, now), unread_messages=chat.unread)
