"""The codes of living lobbies, tournaments and matches."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.attributes import UnicodeAttribute

from shared.store import keys
from shared.store.base import Item

CODE_KEPT = timedelta(days=2)


class Code(Item, discriminator="code"):
    """A code in use, and by what."""

    place = UnicodeAttribute()

    @classmethod
    def taken(cls, code: str, place: str, now: datetime | None = None) -> Code:
        """The row that keeps a code for a place; it is deleted when the place ends.

        With `now`, it goes by itself long after a match: should the match's end be missed, the code isn't lost.
        """
        return cls.at(keys.code(code), place=place, expires_at=now + CODE_KEPT if now else None)
