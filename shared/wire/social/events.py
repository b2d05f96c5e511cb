"""The events of friend requests and friendships."""

from __future__ import annotations

from collections.abc import Mapping

from shared.events import Event, EventKind, Occasion, Target
from shared.store.accounts.users import Account
from shared.store.social.relations import PairList, PairRow
from shared.wire.accounts.users import Friendship
from shared.wire.event_parts import ByUser
from shared.wire.instance import Instance
from shared.wire.scalars import Id
from shared.wire.social.relations import FriendRequest


class RequestId(Instance):
    """The friend request."""

    id: Id
    """The request's id."""


class FriendshipId(Instance):
    """The friendship."""

    id: Id
    """The friendship's id."""


class RequestBy(ByUser):
    """The sender, and the request."""

    id: Id
    """The request's id."""


RECEIVE_FRIEND_REQUEST = EventKind(
    code="receive-friend-request",
    service="friends",
    data=FriendRequest,
    kwargs=RequestBy,
    message="{username} wants to be your friend.",
    person=True,
    targets=(
        Target("/api/users/me/friend_requests/{id}/", "api", "POST", "Accept", "/assets/icons/accept.svg"),
        Target(
            "/api/users/me/friend_requests/{id}/", "api", "DELETE", "Decline", "/assets/icons/decline.svg"
        ),
    ),
    occasions=(Occasion("a request is sent", "the receiver"),),
)
ACCEPT_FRIEND_REQUEST = EventKind(
    code="accept-friend-request",
    service="friends",
    data=Friendship,
    kwargs=ByUser,
    message="{username} accepted your friend request.",
    person=True,
    occasions=(
        Occasion("a request is accepted; `data` is the friendship as the sender sees it", "the sender"),
    ),
)
REJECT_FRIEND_REQUEST = EventKind(
    code="reject-friend-request",
    service="friends",
    data=RequestId,
    occasions=(
        Occasion(
            "a request is rejected; its receiver blocks the sender, or deletes the account", "the sender"
        ),
    ),
)
CANCEL_FRIEND_REQUEST = EventKind(
    code="cancel-friend-request",
    service="friends",
    data=RequestId,
    occasions=(
        Occasion("a request is cancelled; its sender deletes the account", "the receiver"),
        Occasion("its sender blocks the receiver of a request", "both"),
    ),
)
DELETE_FRIEND = EventKind(
    code="delete-friend",
    service="friends",
    data=FriendshipId,
    occasions=(Occasion("a friendship ends: by one of the two, a block, a deletion", "the other one"),),
)

KINDS = (
    RECEIVE_FRIEND_REQUEST,
    ACCEPT_FRIEND_REQUEST,
    REJECT_FRIEND_REQUEST,
    CANCEL_FRIEND_REQUEST,
    DELETE_FRIEND,
)

ENDED: Mapping[PairList, tuple[EventKind, type[RequestId | FriendshipId]]] = {
    "friends": (DELETE_FRIEND, FriendshipId),
    "sent": (CANCEL_FRIEND_REQUEST, RequestId),
    "received": (REJECT_FRIEND_REQUEST, RequestId),
}
"""The other user's event, and its data, when a relation ends; by its list of the user who ended it."""


def request_received(row: PairRow, sender: Account, receiver: Account) -> Event:
    """For the receiver of a new friend request."""
    request = FriendRequest.of(row, sender, receiver, new=True)
    return RECEIVE_FRIEND_REQUEST.render(request, RequestBy(id=row.id, username=sender.user.username))


def request_accepted(row: PairRow, sender_id: int, receiver: Account) -> Event:
    """For the sender of an accepted friend request."""
    friendship = Friendship.of(row, sender_id, receiver)
    return ACCEPT_FRIEND_REQUEST.render(friendship, ByUser(username=receiver.user.username))


def relation_ended(name: PairList, relation_id: int) -> Event:
    """A request or friendship has ended. `name` is its list of the user who ended it."""
    kind, model = ENDED[name]
    return kind.render(model(id=relation_id))
