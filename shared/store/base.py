"""The table and its base model. PynamoDB is used in this package only.

Everything is one table; `kind` tells PynamoDB which class an item is, so one batch read returns a mix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Self

from botocore.exceptions import ConnectionError as EngineUnreachable
from botocore.exceptions import HTTPClientError
from pynamodb.attributes import (
    DiscriminatorAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.connection.base import Connection
from pynamodb.exceptions import DoesNotExist, PynamoDBException
from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from shared.domain.errors import DomainError, Throttled, Unavailable
from shared.settings import settings
from shared.store.attributes import IntegerAttribute
from shared.store.client import tune
from shared.store.keys import Key
from shared.store.lost_answers import watch

THROTTLES = frozenset(
    {"ThrottlingError", "ThrottlingException", "ProvisionedThroughputExceeded", "RequestLimitExceeded"}
    | {"ProvisionedThroughputExceededException"}
)
"""DynamoDB's codes for a table over its capacity."""

CONFLICTS = frozenset({"TransactionConflict", "TransactionConflictException", "DuplicateItem"})
"""DynamoDB's codes for an item that another transaction holds."""

OUTAGES = frozenset(
    {"InternalServerError", "InternalFailure", "ServiceUnavailable", "TransactionInProgressException"}
)
"""DynamoDB's codes for its own trouble: it may have made the change, or may still make it. The last one says that
an attempt of the same transaction, to which the client got no answer, is under way."""

BATCH = 100
"""DynamoDB's limit of keys in one BatchGetItem."""


def set_size(attribute: Any) -> Any:
    """The size of a set, for conditions. Conditions on the size of an absent set fail."""
    return size(attribute)  # type: ignore[no-untyped-call] # PynamoDB has no types here


class Item(Model):
    """Any item of the table."""

    class Meta:
        """The table and the limits of a call; the standard AWS variables lead to the account or engine."""

        table_name = settings().table_name
        connect_timeout_seconds = 1.0
        read_timeout_seconds = settings().dynamodb_timeout_seconds
        max_retry_attempts = 2
        max_pool_connections = 32

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = DiscriminatorAttribute()
    expires_at = TTLAttribute(null=True)
    """From then on DynamoDB may drop the item (TTL); absent on items that stay."""

    @property
    def key(self) -> Key:
        """Partition and sort key."""
        return self.pk, self.sk

    @classmethod
    def from_raw_data(cls, data: dict[str, Any]) -> Self:
        """An item as DynamoDB returned it, of the class that its `kind` names.

        PynamoDB calls this for every item that it reads. Its own sets the defaults twice and every value through its
        descriptor: a page of 20 friends would take 25 % more CPU time (docs/measurements.md).
        """
        kind: Any = cls.kind
        stored: type[Self] = kind.deserialize(kind.get_value(data["kind"])) if "kind" in data else cls
        if not issubclass(stored, cls):
            raise TypeError(f"{stored.__name__} instead of {cls.__name__}")
        item = stored.__new__(stored)
        item.attribute_values = values = {}
        for name, stored_name, type_, deserialize, default in _reading_plan(stored):
            raw = data.get(stored_name)
            if raw and "NULL" not in raw:
                values[name] = deserialize(raw[type_])
            elif default is not None:
                values[name] = default() if callable(default) else default
        return item

    @classmethod
    def at(cls, key: Key, **attributes: Any) -> Self:
        """An item of this class, not yet stored."""
        return cls(*key, **attributes)


class Versioned(Item):
    """An item whose writers check that it hasn't changed since they read it: `rev` counts the writes."""

    rev = IntegerAttribute(default=0)

    def unchanged(self) -> Condition:
        """Holds while the item is as it was read."""
        return Versioned.rev == self.rev


@cache
def _reading_plan(model: type[Item]) -> tuple[tuple[str, str, str, Callable[[Any], Any], Any], ...]:
    """For each attribute of a model its name, its name and type in the table, its deserializer, its default."""
    return tuple(
        (name, each.attr_name, each.attr_type, each.deserialize, each.default)
        for name, each in model.get_attributes().items()
    )


@cache
def connection() -> Connection:
    """The one connection of this process.

    A model class of PynamoDB makes a connection of its own unless its base class has one. Making a second one costs a
    cold start 58 ms of CPU time, so the base class makes it first.
    """
    found = Item._get_connection().connection
    tune(found)
    watch(found.client, THROTTLES, CONFLICTS)
    return found


def read_item(key: Key) -> Item | None:
    """The item under a key as it is now, or None. One GetItem."""
    connection()
    try:
        return Item.get(*key, consistent_read=True)
    except DoesNotExist:
        return None


def read_items(keys: Iterable[Key], *, only: Sequence[str] = ()) -> dict[Key, Item]:
    """The items under these keys as they are now; keys without an item are missing.

    One BatchGetItem for every 100 different keys. With `only`, the items have these attributes and no others.
    """
    wanted = list(dict.fromkeys(keys))
    connection()
    found: dict[Key, Item] = {}
    attributes = ["pk", "sk", "kind", *only] if only else None
    for start in range(0, len(wanted), BATCH):
        for item in Item.batch_get(
            wanted[start : start + BATCH], consistent_read=True, attributes_to_get=attributes
        ):
            found[item.key] = item
    return found


def read_partition(partition: str, **query: Any) -> list[Item]:
    """Items of one partition in the order of their sort keys, as they are now. One Query per MiB."""
    connection()
    return list(Item.query(partition, consistent_read=True, **query))


def delete_partition(partition: str) -> None:
    """Erase all items of a partition. Not a transaction; repeating it is harmless.

    Not by the models: they know the kinds only that this process has imported.
    """
    table, dynamodb = Item.Meta.table_name, connection()
    start = None
    while True:
        page = dynamodb.query(table, partition, attributes_to_get=["pk", "sk"], exclusive_start_key=start)
        for key in page["Items"]:
            dynamodb.delete_item(table, key["pk"]["S"], key["sk"]["S"])
        start = page.get("LastEvaluatedKey")
        if not start:
            return


def failure(error: Exception) -> DomainError | None:
    """The domain's error for trouble of the database: Throttled or Unavailable; None for an error of our own code."""
    if not isinstance(error, PynamoDBException):
        return None
    if isinstance(error.cause, HTTPClientError | EngineUnreachable) or error_code(error) in OUTAGES:
        return Unavailable()
    if error_code(error) in THROTTLES:
        return Throttled()
    return None


def error_code(error: PynamoDBException) -> str | None:
    """DynamoDB's code of an error; None for an error that isn't DynamoDB's answer, such as a time-out.

    PynamoDB's `cause_response_code` fails for time-outs: their `response` is None.
    """
    response = getattr(error.cause, "response", None) or {}
    code: str | None = response.get("Error", {}).get("Code")
    return code


def utc_now() -> datetime:
    """The present, with its time zone."""
    return datetime.now(UTC)


__all__ = [
    "THROTTLES",
    "Action",
    "Condition",
    "Item",
    "Key",
    "UTCDateTimeAttribute",
    "Versioned",
    "connection",
    "delete_partition",
    "error_code",
    "failure",
    "read_item",
    "read_items",
    "read_partition",
    "set_size",
    "utc_now",
]
