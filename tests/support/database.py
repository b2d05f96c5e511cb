"""The database that the store of this process talks to, and its items."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from shared.store import limits
from shared.store.accounts import leases
from shared.store.base import Item, connection
from shared.store.keys import Key
from shared.usecases.play import codes, shards

ENDPOINT = "AWS_ENDPOINT_URL"


@contextmanager
def leading_to(environment: Mapping[str, str]) -> Iterator[None]:
    """Within it, the store talks to the database that these AWS variables name."""
    before = {name: os.environ.get(name) for name in (*environment, ENDPOINT)}
    os.environ.pop(ENDPOINT, None)
    os.environ.update(environment)
    forget_connections()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        forget_connections()


def forget_connections() -> None:
    """The next call makes a connection anew, as in a new process."""
    connection.cache_clear()
    limits.forget()
    leases.forget()
    shards.forget()
    codes.forget()
    # PynamoDB finds its connection on the class or on a base of it.
    models: list[type[Item]] = [Item]
    for model in models:
        models += model.__subclasses__()
        if "_connection" in vars(model):
            del model._connection


def store(key: Key, **attributes: str) -> None:
    """Write texts into an item, whatever its model says."""
    connection().client.update_item(
        TableName=Item.Meta.table_name,
        Key={name: {"S": value} for name, value in zip(("pk", "sk"), key, strict=True)},
        AttributeUpdates={name: {"Value": {"S": value}} for name, value in attributes.items()},
    )


def raw_items() -> list[dict[str, Any]]:
    """Every item of the table as DynamoDB stores it."""
    database, items = connection(), []
    start: dict[str, Any] | None = None
    while True:
        page = database.client.scan(
            TableName=Item.Meta.table_name,
            ConsistentRead=True,
            **({"ExclusiveStartKey": start} if start else {}),
        )
        items += page["Items"]
        start = page.get("LastEvaluatedKey")
        if not start:
            return items


def items_of(kind: str) -> list[dict[str, Any]]:
    """The items of a kind as DynamoDB stores them."""
    return [item for item in raw_items() if item["kind"]["S"] == kind]


def kinds() -> list[str]:
    """The kind of every item."""
    return [item["kind"]["S"] for item in raw_items()]
