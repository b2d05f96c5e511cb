"""Friend requests and blocks as the contract shows them. Profiles show friendships: see `users.py`."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, WithJsonSchema

from shared.store.accounts.users import Account
from shared.store.social.relations import BlockRow, PairRow
from shared.wire.accounts.users import SmallUser
from shared.wire.instance import Instance
from shared.wire.scalars import Id, Instant

OnlyToReceiver = Annotated[
    bool | None, Field(exclude_if=lambda value: value is None), WithJsonSchema({"type": "boolean"})
]


class FriendRequest(Instance):
    """A friend request without an answer yet."""

    model_config = ConfigDict(title="FriendRequestInstance")

    id: Id
    """The request's id."""
    sender: SmallUser
    """The user who sent it."""
    receiver: SmallUser
    """The user who can accept it."""
    send_at: Instant
    """When it was sent."""
    new: OnlyToReceiver = None
    """Only to the receiver: whether it wasn't listed yet."""

    @classmethod
    def of(cls, row: PairRow, one: Account, other: Account, *, new: bool | None = None) -> FriendRequest:
        """The request between two accounts, in any order; `new` is for the receiver."""
        sender, receiver = (one, other) if one.user.id == row.sender else (other, one)
        return cls(
            id=row.id,
            sender=SmallUser.of(sender),
            receiver=SmallUser.of(receiver),
            send_at=row.sent_at,
            new=new,
        )


class Blocked(Instance):
    """A user whom you have blocked."""

    model_config = ConfigDict(title="BlockedInstance")

    id: Id
    """The block's id: end the block with it."""
    blocked: SmallUser
    """The user whom you have blocked."""
    blocked_at: Instant
    """When you blocked them."""

    @classmethod
    def of(cls, row: BlockRow, blocked: Account) -> Blocked:
        """The block on an account."""
        return cls(id=row.id, blocked=SmallUser.of(blocked), blocked_at=row.blocked_at)
