"""Answers to requests with an idempotency key, each stored in the transaction of the request's change."""

from __future__ import annotations

from datetime import timedelta

from pynamodb.attributes import UnicodeAttribute

from shared.store import keys
from shared.store.attributes import IntegerAttribute
from shared.store.base import Item, read_item, utc_now
from shared.store.unit_of_work import UnitOfWork

ANSWER_KEPT = timedelta(days=1)


class StoredAnswer(Item, discriminator="answer"):
    """The answer to one request, for its repetitions."""

    fingerprint = UnicodeAttribute()
    """Tells a repetition from another request under the same key."""
    status = IntegerAttribute()
    body = UnicodeAttribute(null=True)
    """JSON; absent if the answer has none."""


def read_answer(caller: str, key_digest: str) -> StoredAnswer | None:
    """The answer that is stored under a caller's key, or None. A GetItem."""
    found = read_item(keys.stored_answer(caller, key_digest))
    # DynamoDB drops expired items late.
    is_valid = isinstance(found, StoredAnswer) and found.expires_at > utc_now()
    return found if is_valid else None  # type: ignore[return-value]


def store_answer(
    work: UnitOfWork, caller: str, key_digest: str, *, fingerprint: str, status: int, body: str | None
) -> None:
    """Add an answer to the unit of work of its change. RaceLost if another request has used the key since."""
    row = StoredAnswer.at(
        keys.stored_answer(caller, key_digest),
        fingerprint=fingerprint,
        status=status,
        body=body,
        expires_at=work.now + ANSWER_KEPT,
    )
    work.replace(row, when=StoredAnswer.pk.does_not_exist() | (StoredAnswer.expires_at <= work.now))
