"""Friend requests and friendships: asking, accepting, ending, reading."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from shared.domain.accounts import names
from shared.domain.accounts.errors import NoSuchUser
from shared.domain.errors import RaceLost, Throttled
from shared.domain.ids import new_id
from shared.domain.limits import FRIEND_REQUEST, person
from shared.domain.play.matches import Match
from shared.domain.social.errors import (
    AlreadyFriends,
    BlockedByYou,
    NoSuchFriendship,
    NoSuchRequest,
    OwnRequest,
    RequestExists,
    RequestsNotAccepted,
    SelfRequest,
    TooManyFriends,
    TooManyReceivedRequests,
    TooManySentRequests,
)
from shared.domain.social.relations import MAX_FRIENDS, MAX_RECEIVED, MAX_SENT
from shared.store import keys, limits
from shared.store.accounts.users import Account, Inbox, User, account_keys, accounts_in, read_credential
from shared.store.base import read_items
from shared.store.social.relations import (
    FRIENDS,
    REQUEST,
    PairList,
    PairRow,
    Relation,
    RelationChanges,
    Relations,
    as_long_as,
    is_still,
    shorter_than,
)
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.accounts.progress import unlock
from shared.usecases.rerun import rerun
from shared.wire.accounts.users import Friendship
from shared.wire.social import events as social_events
from shared.wire.social.relations import FriendRequest

LONGEST_NAME = 100
"""Longer than any username: cuts a searched name, so that no key gets too long."""

MIRROR: dict[PairList, PairList] = {"friends": "friends", "sent": "received", "received": "sent"}
"""The other user's list that a relation is in."""


def send_request(me: Account, relations: Relations, username: str) -> FriendRequest:
    """Send a friend request to the user with a name, whatever its case; they get `receive-friend-request`."""
    credential = read_credential(username[:LONGEST_NAME])
    if credential is None:
        raise NoSuchUser
    mine, theirs = me.user.id, credential.user_id
    if mine == theirs:
        raise SelfRequest
    work = UnitOfWork()
    found = read_items([*account_keys([theirs]), keys.friendship(mine, theirs)])
    receiver = accounts_in(found, [theirs], work.now).get(theirs)
    if receiver is None or receiver.user.is_guest or mine in receiver.user.blocked:
        raise NoSuchUser
    _require_may_ask(me, relations, receiver, found.get(keys.friendship(mine, theirs)))

    request = new_id(work.now)
    row = PairRow.at(
        keys.friendship(mine, theirs),
        id=request,
        status=REQUEST,
        sender=mine,
        receiver=theirs,
        sent_at=work.now,
    )
    work.put(row)
    work.check(me.user, User.pk.exists() & ~User.blocked.contains(theirs))
    willing = (User.accept_friend_request == True) & ~User.blocked.contains(mine)  # noqa: E712 (a condition)
    work.check(receiver.user, willing)
    changes = RelationChanges()
    changes.add(mine, "sent", Relation(request, theirs))
    changes.require(mine, shorter_than("sent", MAX_SENT))
    changes.add(theirs, "received", Relation(request, mine))
    changes.require(theirs, shorter_than("received", MAX_RECEIVED), otherwise=TooManyReceivedRequests)
    changes.write(work)
    work.emit(row.pk, [theirs], social_events.request_received(row, me, receiver))
    work.commit()
    return FriendRequest.of(row, me, receiver)


def _require_may_ask(me: Account, relations: Relations, receiver: Account, row: object) -> None:
    if receiver.user.id in me.user.blocked:
        raise BlockedByYou
    if isinstance(row, PairRow):
        raise AlreadyFriends if row.are_friends else RequestExists
    if not receiver.user.accept_friend_request:
        raise RequestsNotAccepted
    if relations.length("sent") >= MAX_SENT:
        raise TooManySentRequests


def accept_request(me: Account, relations: Relations, request: int) -> Friendship:
    """Accept a received request; its sender gets `accept-friend-request`."""
    name, relation = _find(relations, request, "received", "sent")
    if name == "sent":
        raise OwnRequest
    work = UnitOfWork()
    mine, theirs = me.user.id, relation.other
    found = read_items([*account_keys([theirs]), keys.friendship(mine, theirs), keys.relations(theirs)])
    sender = accounts_in(found, [theirs], work.now).get(theirs)
    row, their_relations = found.get(keys.friendship(mine, theirs)), found.get(keys.relations(theirs))
    if sender is None:
        raise NoSuchRequest
    if not isinstance(row, PairRow) or row.id != request or not isinstance(their_relations, Relations):
        raise RaceLost  # it has ended since the first read
    friends = {mine: relations.length("friends"), theirs: their_relations.length("friends")}
    if max(friends.values()) >= MAX_FRIENDS:
        raise TooManyFriends

    work.update(
        row,
        [PairRow.status.set(FRIENDS), PairRow.friends_since.set(work.now)],
        when=is_still(request, REQUEST),
    )
    row.status, row.friends_since = FRIENDS, work.now
    changes = RelationChanges()
    changes.drop(mine, "received", relation)
    changes.drop(theirs, "sent", Relation(request, mine))
    for user_id, other in ((mine, theirs), (theirs, mine)):
        changes.add(user_id, "friends", Relation(request, other))
        # Pictures are given for the number of friends: it has to be the one that was read.
        changes.require(user_id, as_long_as("friends", friends[user_id]))
    changes.write(work)
    work.emit(row.pk, [theirs], social_events.request_accepted(row, theirs, me))
    for account in (me, sender):
        _unlock_pictures(work, account.user, friends[account.user.id] + 1, row.pk)
    work.commit()
    return Friendship.of(row, mine, sender)


def _unlock_pictures(work: UnitOfWork, user: User, friends: int, partition: str) -> None:
    unlocked = unlock(work, user, replace(user.achievements(), friends=friends), partition)
    if unlocked:
        work.update(user, [User.rev.add(1), *unlocked], when=user.unchanged())
    else:
        work.check(user, User.pk.exists())


def end_request(user: User, relations: Relations, request: int) -> None:
    """Cancel a sent request or reject a received one; the other user gets the event.

    A rejection uses up what the sender may still ask of this user.
    """
    name, relation = _find(relations, request, "received", "sent")
    _end_alone(user.id, name, relation)
    if name == "received":
        limits.use_up(FRIEND_REQUEST, person(relation.other, names.key(user.username)))


def end_friendship(user_id: int, relations: Relations, friendship: int) -> None:
    """End a friendship; the friend gets `delete-friend`."""
    name, relation = _find(relations, friendship, "friends")
    _end_alone(user_id, name, relation)


def _end_alone(user_id: int, name: PairList, relation: Relation) -> None:
    work, changes = UnitOfWork(), RelationChanges()
    end(work, changes, user_id, name, relation)
    changes.write(work)
    work.commit()


def end(
    work: UnitOfWork,
    changes: RelationChanges,
    user_id: int,
    name: PairList,
    relation: Relation,
    *,
    tell_both: bool = False,
) -> None:
    """Add the end of a request or friendship to a unit of work, with the event for the other user.

    With `tell_both` the ending user gets the event as well.
    """
    status = FRIENDS if name == "friends" else REQUEST
    row = PairRow.of(user_id, relation.other)
    work.delete(row, when=is_still(relation.id, status))
    changes.drop(user_id, name, relation)
    changes.drop(relation.other, MIRROR[name], Relation(relation.id, user_id))
    told = [relation.other, user_id] if tell_both else [relation.other]
    work.emit(row.pk, told, social_events.relation_ended(name, relation.id))


def count_match(work: UnitOfWork, row: PairRow, match: Match) -> None:
    """Add a finished match to the counters of two friends, conditional on the friendship."""
    low, high = sorted((row.sender, row.receiver))
    low_side, high_side = match.find(low)[0], match.find(high)[0]
    if low_side == high_side:
        actions = [PairRow.together.add(1), PairRow.together_won.add(int(low_side == match.winner))]
    else:
        wins = PairRow.low_wins if low_side == match.winner else PairRow.high_wins
        actions = [PairRow.against.add(1), wins.add(1)]
    work.update(row, actions, when=is_still(row.id, FRIENDS))


def list_of(user_id: int, row: PairRow) -> PairList:
    """The user's list that a pair's row is in."""
    if row.are_friends:
        return "friends"
    return "sent" if row.sender == user_id else "received"


def read_pairs(
    user_id: int, relations: Sequence[Relation], status: str, now: datetime
) -> list[tuple[PairRow, Account]]:
    """The rows and other accounts of some of a user's relations, in their order. A BatchGetItem per 33.

    Ended relations, and those to a user who is being erased, are left out.
    """
    rows = {relation: keys.friendship(user_id, relation.other) for relation in relations}
    others = [relation.other for relation in relations]
    found = read_items([*rows.values(), *account_keys(others)] if relations else [])
    accounts = accounts_in(found, others, now)
    pairs = []
    for relation, key in rows.items():
        row, account = found.get(key), accounts.get(relation.other)
        if isinstance(row, PairRow) and account and row.id == relation.id and row.status == status:
            pairs.append((row, account))
    return pairs


def read_request(me: Account, relations: Relations, request: int, now: datetime) -> FriendRequest:
    """A request that the user sent or received. NoSuchRequest."""
    name, relation = _find(relations, request, "received", "sent")
    pairs = read_pairs(me.user.id, [relation], REQUEST, now)
    if not pairs:
        raise NoSuchRequest
    row, other = pairs[0]
    new = request in new_requests(me) if name == "received" else None
    return FriendRequest.of(row, me, other, new=new)


def read_friendship(me: Account, relations: Relations, friendship: int, now: datetime) -> Friendship:
    """One of the user's friendships. NoSuchFriendship."""
    _, relation = _find(relations, friendship, "friends")
    pairs = read_pairs(me.user.id, [relation], FRIENDS, now)
    if not pairs:
        raise NoSuchFriendship
    row, friend = pairs[0]
    return Friendship.of(row, me.user.id, friend)


def new_requests(me: Account) -> frozenset[int]:
    """Ids of the received requests that the user hasn't listed yet."""
    return me.inbox.friend_requests if me.inbox else frozenset()


def mark_listed(user_id: int, requests: Sequence[int]) -> None:
    """Mark received requests as seen; a request that arrives meanwhile stays new.

    If other writers win every race for the inbox, the requests stay new until the next listing: a read must not fail.
    """
    if not requests:
        return

    def write() -> None:
        work = UnitOfWork()
        work.update(Inbox.of(user_id), [Inbox.friend_requests.delete(set(requests))])
        work.commit()

    with suppress(Throttled):
        rerun(write)


def _find(relations: Relations, id_: int, *names: PairList) -> tuple[PairList, Relation]:
    for name in names:
        found = relations.find(id_, name)
        if found:
            return name, found
    raise NoSuchFriendship if names == ("friends",) else NoSuchRequest
