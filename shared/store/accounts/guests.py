"""The list of guests, oldest first, by which the guests are found who aren't seen any more."""

from __future__ import annotations

from shared.store import keys
from shared.store.base import Item, read_partition


class GuestRow(Item, discriminator="guest"):
    """Lists a guest. Made with the account; goes with it, or when the guest registers."""

    @classmethod
    def of(cls, user_id: int) -> GuestRow:
        """The row of a guest."""
        return cls.at(keys.guest(user_id))


def read_guests(shard: int, *, after: int, before: int, limit: int) -> list[int]:
    """The ids of guests between two ids, the oldest first. One Query."""
    if before - after < 2:
        return []
    between = Item.sk.between(keys.guest(after + 1)[1], keys.guest(before - 1)[1])
    return [
        int(row.sk)
        for row in read_partition(keys.guests(shard), range_key_condition=between, limit=limit)
        if isinstance(row, GuestRow)
    ]
