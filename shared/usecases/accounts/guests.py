"""The end of guests who aren't seen any more (docs/contract/accounts.md#the-end-of-a-guest)."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.domain.accounts.errors import InMatch
from shared.domain.errors import RaceLost
from shared.domain.ids import first_id
from shared.settings import settings
from shared.store import keys
from shared.store.accounts.guests import GuestRow, read_guests
from shared.store.accounts.users import Account, account_keys, accounts_in
from shared.store.base import read_items, utc_now
from shared.store.social.relations import Relations
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.accounts.deletion import add_deletion

AT_ONCE = 30
"""Guests of one step: their items are one batch, and their deletion takes a second or two."""


def end_unseen(shard: int, after: int) -> int | None:
    """Delete the next guests of a shard, by their ids, if they weren't seen for GUEST_SECONDS.

    Returns the last guest that it has looked at; None when there is none left to look at.
    """
    now = utc_now()
    unseen_since = now - timedelta(seconds=settings().guest_seconds)
    guests = read_guests(shard, after=after, before=first_id(unseen_since), limit=AT_ONCE)
    found = read_items([*account_keys(guests), *(keys.relations(guest) for guest in guests)])
    for guest, account in accounts_in(found, guests, now).items():
        relations = found.get(keys.relations(guest))
        if isinstance(relations, Relations) and last_seen(account, now) < unseen_since:
            _end(account, relations)
    return guests[-1] if len(guests) == AT_ONCE else None


def last_seen(account: Account, now: datetime) -> datetime:
    """When a user last logged in, refreshed a token, or opened or closed a stream; now, while a stream is open."""
    if account.is_online:
        return now
    used = (datetime.fromtimestamp(session.used, now.tzinfo) for session in account.user.sessions.values())
    return max(account.last_online, account.user.created_at, *used)


def _end(account: Account, relations: Relations) -> None:
    work, user = UnitOfWork(), account.user
    try:
        # A stream that opens changes the seat, a refresh the sessions.
        add_deletion(work, account, relations, when=user.unchanged() & user.sessions_unchanged())
        work.discard(GuestRow.of(user.id))
        work.commit()
    except (RaceLost, InMatch):
        return  # The guest has just been seen; the next execution looks again.
