"""The codes of living lobbies, tournaments and matches."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.attributes import UnicodeAttribute

from shared.store import keys
from shared.store.base import Item

CODE_KEPT = timedelta(days=2)


class Code(Item, discriminator="code"):
    """A code in use; `place` is the partition of the lobby, tournament or match that has it."""

    place = UnicodeAttribute()

    @classmethod
    def taken(cls, code: str, place: str, now: datetime | None = None) -> Code:
        """The row that reserves a code for a place; the end of the place deletes it.

        With `now`, it expires long after a match: a code isn't lost even if the end of its match is missed.
        """
        return cls.at(keys.code(code), place=place, expires_at=now + CODE_KEPT if now else None)
