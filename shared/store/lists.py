"""Append-only lists: a page costs the same at any length and offset.

Entries carry a dense sequence number and live in partitions of 64; the list's length is a counter on an item that
the appending transaction changes anyway. So a page is a few bounded queries.
"""

from __future__ import annotations

from collections.abc import Callable

from shared.store import keys
from shared.store.base import Item, read_partition
from shared.store.keys import Key

KeyOf = Callable[[int], Key]
"""The key of the n-th entry, counted from 0, oldest first."""


def read_range(key_of: KeyOf, first: int, last: int) -> list[Item]:
    """Entries number `first` to `last` (inclusive, oldest first). One Query per partition touched."""
    entries: list[Item] = []
    n = first
    while n <= last:
        end = min(last, n // keys.BUCKET * keys.BUCKET + keys.BUCKET - 1)
        (partition, low), (_, high) = key_of(n), key_of(end)
        entries += read_partition(partition, range_key_condition=Item.sk.between(low, high))
        n = end + 1
    return entries


def page_numbers(count: int, *, offset: int, limit: int) -> range:
    """The numbers of the entries of one page of a list that has `count` entries, newest first."""
    last = count - 1 - offset
    return range(last, max(-1, last - limit), -1)


def read_page(key_of: KeyOf, count: int, *, offset: int, limit: int, newest_first: bool) -> list[Item]:
    """The entries of one page of a list that has `count` entries."""
    if offset >= count or limit <= 0:
        return []
    if newest_first:
        last = count - 1 - offset
        return read_range(key_of, max(0, last - limit + 1), last)[::-1]
    return read_range(key_of, offset, min(count, offset + limit) - 1)
