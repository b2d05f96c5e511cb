"""The events of friend requests and friendships, in their wire form."""

from __future__ import annotations

from collections.abc import Mapping

from shared.events import Event, render
from shared.store.accounts.users import Account
from shared.store.social.relations import PairList, PairRow
from shared.wire.accounts.users import Friendship
from shared.wire.social.relations import FriendRequest

ENDED: Mapping[PairList, str] = {
    "friends": "delete-friend",
    "sent": "cancel-friend-request",
    "received": "reject-friend-request",
}
"""The other user's event when a relation ends, by the list that it was in for the user who ended it."""


def request_received(row: PairRow, sender: Account, receiver: Account) -> Event:
    """For the receiver of a new friend request."""
    request = FriendRequest.of(row, sender, receiver, new=True)
    kwargs = {"id": row.id, "username": sender.user.username}
    return render("receive-friend-request", data=request.model_dump(mode="json"), kwargs=kwargs)


def request_accepted(row: PairRow, sender_id: int, receiver: Account) -> Event:
    """For the sender of an accepted friend request."""
    friendship = Friendship.of(row, sender_id, receiver)
    kwargs = {"username": receiver.user.username}
    return render("accept-friend-request", data=friendship.model_dump(mode="json"), kwargs=kwargs)


def relation_ended(name: PairList, relation_id: int) -> Event:
    """A request or friendship has ended. `name` is its list of the user who ended it."""
    return render(ENDED[name], data={"id": relation_id})
