"""Transactions on moto with tests/support/moto_copies.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.models.table import Table

from tests.support import moto_copies
from tests.support.engine import REGION, Account

Client = Any


@pytest.fixture
def client() -> Iterator[Client]:
    """A client of moto with the table."""
    with mock_aws(), moto_copies.fast_copies():
        made = boto3.client("dynamodb", region_name=REGION)
        Account("", "123456789012").create_table(client=made)
        yield made


def put(name: str, value: str = "1", **more: Any) -> dict[str, Any]:
    item = {"pk": {"S": name}, "sk": {"S": name}, "value": {"S": value}}
    return {"Put": {"TableName": "pong", "Item": item, **more}}


def contents(client: Client) -> dict[str, str]:
    return {item["pk"]["S"]: item["value"]["S"] for item in client.scan(TableName="pong")["Items"]}


def test_moto_asks_for_a_copy_for_each_item_and_the_table_is_copied_once(client: Client) -> None:
    copies: list[Table] = []

    def counted(table: Table, memo: dict[int, Any]) -> Table:
        copies.append(moto_copies.copy_table(table, memo))
        return copies[-1]

    with patch.object(Table, "__deepcopy__", counted):
        client.transact_write_items(TransactItems=[put("a"), put("b"), put("c")])
    assert (len(copies), len(set(map(id, copies)))) == (3, 1)


def test_a_transaction_that_fails_leaves_the_table_as_it_was_also_after_one_that_succeeded(
    client: Client,
) -> None:
    new = {"ConditionExpression": "attribute_not_exists(pk)"}
    for attempt in ("1", "2"):
        client.transact_write_items(TransactItems=[put("a", attempt), put("b", attempt)])
        with pytest.raises(client.exceptions.TransactionCanceledException):
            client.transact_write_items(TransactItems=[put("a", "changed"), put("c"), put("b", **new)])
        assert contents(client) == {"a": attempt, "b": attempt}
    client.transact_write_items(TransactItems=[put("a", "3")])
    assert contents(client) == {"a": "3", "b": "2"}


def test_a_transaction_that_fails_leaves_nothing_in_the_stream(client: Client) -> None:
    streams = boto3.client("dynamodbstreams", region_name=REGION)

    def changed() -> list[str]:
        arn = client.describe_table(TableName="pong")["Table"]["LatestStreamArn"]
        (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        where = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = streams.get_shard_iterator(**where)["ShardIterator"]
        records = streams.get_records(ShardIterator=iterator)["Records"]
        return [record["dynamodb"]["Keys"]["pk"]["S"] for record in records]

    client.transact_write_items(TransactItems=[put("a"), put("b")])
    with pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_write_items(
            TransactItems=[put("c"), put("b", ConditionExpression="attribute_not_exists(pk)")]
        )
    client.transact_write_items(TransactItems=[put("d")])
    assert changed() == ["a", "b", "d"]
