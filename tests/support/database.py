"""Leading the store of this process to one database or another."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from shared.store.base import Item, connection

ENDPOINT = "AWS_ENDPOINT_URL"


@contextmanager
def leading_to(environment: Mapping[str, str]) -> Iterator[None]:
    """Within it, the store talks to the database that these AWS variables lead to."""
    before = {name: os.environ.get(name) for name in (*environment, ENDPOINT)}
    os.environ.pop(ENDPOINT, None)
    os.environ.update(environment)
    _forget_connections()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        _forget_connections()


def _forget_connections() -> None:
    # PynamoDB finds its connection on the class or on a base of it.
    models: list[type[Item]] = [Item]
    for model in models:
        models += model.__subclasses__()
        if "_connection" in vars(model):
            del model._connection


def raw_items() -> list[dict[str, Any]]:
    """Every item of the table as DynamoDB stores it, read in one go. For tables of a test's size."""
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
