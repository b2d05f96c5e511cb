"""The table as it is at one moment: no call reaches the engine while it is read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterator
from typing import Any

import boto3

from faults.checker.facts import table_of
from faults.checker.whole import KINDS_DURING
from faults.history import History
from faults.stack import FaultyStack
from infra.local.settings import CREDENTIALS, REGION
from tests.support.invariants.table import Table

Item = dict[str, Any]


async def table_now(faulty: FaultyStack) -> Table:
    """The rows that the checks during the load compare. Messages and events are most of a table, and are left out."""

    def read() -> list[Item]:
        with faulty.held():
            return list(scan(faulty, KINDS_DURING))

    return table_of(await asyncio.to_thread(read))


async def last_items(faulty: FaultyStack, history: History) -> list[Item]:
    """All items at the end. Events of what is committed later aren't noted."""

    def read() -> list[Item]:
        with faulty.held():
            history.until = time.time()
            return list(scan(faulty))

    return await asyncio.to_thread(read)


def scan(faulty: FaultyStack, kinds: Collection[str] = ()) -> Iterator[Item]:
    """All items of the table, or those of some kinds, in DynamoDB's own form, past the shim."""
    client = boto3.client(
        "dynamodb", endpoint_url=faulty.stack.engine_url, region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )  # fmt: skip
    values = {f":{n}": {"S": kind} for n, kind in enumerate(kinds)}
    only = {
        "FilterExpression": f"#kind IN ({', '.join(values)})",
        "ExpressionAttributeNames": {"#kind": "kind"},
        "ExpressionAttributeValues": values,
    }
    for page in client.get_paginator("scan").paginate(TableName="pong", **(only if kinds else {})):
        yield from page["Items"]
