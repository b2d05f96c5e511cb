"""A real client of AWS behind the shim sees AWS's errors, and finds committed what a fault left committed."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError, HTTPClientError

from faults.shim.kinds import PAGE
from sse.dynamo_stream import DynamoStream
from sse.shards import DataTrimmed, IteratorExpired, StreamUnavailable
from tests.faults.conftest import Direct, Shim

ITEM = {"pk": {"S": "A"}, "sk": {"S": "1"}}
THROTTLES = {"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"}


def put(client: Any, item: dict[str, Any] = ITEM) -> None:
    client.put_item(TableName="pong", Item=item)


def transact(client: Any) -> None:
    items = [
        {"Put": {"TableName": "pong", "Item": {"pk": {"S": "A"}, "sk": {"S": str(n)}}}} for n in range(1, 4)
    ]
    client.transact_write_items(TransactItems=items)


def get(client: Any) -> Any:
    return client.get_item(TableName="pong", Key=ITEM, ConsistentRead=True).get("Item")


def comes(table: Any) -> None:
    """Wait until a call is done whose client has given up."""
    deadline = time.monotonic() + 30
    while get(table) is None:
        assert time.monotonic() < deadline, "the call never came"
        time.sleep(0.02)


def refused(do: Callable[[Any], Any], client: Any) -> ClientError:
    with pytest.raises(ClientError) as caught:
        do(client)
    return caught.value


@pytest.mark.parametrize(
    ("kind", "do", "codes"),
    [
        ("throttled", put, THROTTLES),
        ("throttled", get, THROTTLES),
        ("throttled", transact, {*THROTTLES, "TransactionCanceledException"}),
        ("conflict", put, {"TransactionConflictException"}),
        ("conflict", transact, {"TransactionCanceledException"}),
        ("failed", put, {"InternalServerError"}),
    ],
)
def test_a_refused_call_is_the_error_of_aws_and_changes_nothing(
    shim: Shim, direct: Direct, kind: str, do: Callable[[Any], Any], codes: set[str]
) -> None:
    client = shim.client("dynamodb", direct)
    shim.set(rates={kind: 1.0})
    for _ in range(6):
        error = refused(do, client)
        assert error.response["Error"]["Code"] in codes
        assert error.response["Error"]["Message"]
        if error.response["Error"]["Code"] == "TransactionCanceledException":
            reasons = [reason["Code"] for reason in error.response["CancellationReasons"]]
            assert len(reasons) == 3
            assert set(reasons) - {"None"}
    assert get(direct.client("dynamodb")) is None


@pytest.mark.parametrize("kind", ["in_progress", "failed_after"])
def test_a_call_that_is_refused_after_its_commit_has_changed_the_table(
    shim: Shim, direct: Direct, kind: str
) -> None:
    before = shim.outcomes(kind, "TransactWriteItems")
    shim.set(rates={kind: 1.0})
    error = refused(transact, shim.client("dynamodb", direct))

    assert error.response["Error"]["Code"] in {"TransactionInProgressException", "InternalServerError"}
    assert get(direct.client("dynamodb")) == ITEM
    after = shim.outcomes(kind, "TransactWriteItems")
    assert Counter(after) - Counter(before) == {"injected": 1, "committed": 1, "bitten": 1}


@pytest.mark.parametrize(
    ("kind", "is_there"), [("cut", False), ("cut_after", True), ("silent", False), ("silent_after", True)]
)
def test_a_call_without_an_answer_has_changed_the_table_or_not(
    shim: Shim, direct: Direct, kind: str, *, is_there: bool
) -> None:
    shim.set(rates={kind: 1.0})
    with pytest.raises(HTTPClientError):
        put(shim.client("dynamodb", direct, read_timeout=0.5))

    table = direct.client("dynamodb")
    if is_there:
        comes(table)
    assert (get(table) == ITEM) is is_there


def test_a_late_call_changes_the_table_when_its_client_has_given_up(shim: Shim, direct: Direct) -> None:
    shim.set(rates={"late": 1.0})
    with pytest.raises(HTTPClientError):
        put(shim.client("dynamodb", direct, read_timeout=0.2))

    comes(direct.client("dynamodb"))


def test_the_sdk_repeats_what_was_cut_off_and_a_transaction_is_done_once(shim: Shim, direct: Direct) -> None:
    """The attempts of one call have one token, by which the engine knows a transaction again."""
    client = shim.client("dynamodb", direct, retries={"total_max_attempts": 8, "mode": "standard"})
    shim.set(rates={"cut_after": 0.3})
    add = {
        "TableName": "pong",
        "Key": ITEM,
        "UpdateExpression": "ADD #n :one",
        "ExpressionAttributeNames": {"#n": "n"},
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }

    def retried() -> int:
        return shim.outcomes("cut_after", "TransactWriteItems").get("retried", 0)

    before, calls = retried(), 0
    while calls < 8 or retried() == before:
        client.transact_write_items(TransactItems=[{"Update": add}])
        calls += 1

    assert get(direct.client("dynamodb"))["n"] == {"N": str(calls)}


def test_a_committed_transaction_is_known_again_and_meets_no_conflict(shim: Shim, direct: Direct) -> None:
    client = shim.client("dynamodb", direct)
    items = [{"Put": {"TableName": "pong", "Item": ITEM, "ConditionExpression": "attribute_not_exists(pk)"}}]
    for rates in ({}, {"conflict": 1.0}):
        shim.set(rates=rates)
        client.transact_write_items(TransactItems=items, ClientRequestToken="the-same")

    assert refused(
        lambda client: client.transact_write_items(TransactItems=items, ClientRequestToken="another"), client
    )


def test_a_batch_is_answered_in_part_until_all_of_it_has_come(shim: Shim, direct: Direct) -> None:
    table, client = direct.client("dynamodb"), shim.client("dynamodb", direct)
    keys = [{"pk": {"S": "A"}, "sk": {"S": str(n)}} for n in range(20)]
    for key in keys:
        put(table, key)
    shim.set(rates={"in_part": 1.0})
    wanted: Any = {"pong": {"Keys": keys}}
    found: list[Any] = []
    pages = 0
    while wanted:
        answer = client.batch_get_item(RequestItems=wanted)
        found += answer["Responses"]["pong"]
        wanted = answer["UnprocessedKeys"]
        pages += 1

    assert sorted(int(item["sk"]["S"]) for item in found) == list(range(20))
    assert pages > 1


def test_a_delayed_call_is_done(shim: Shim, direct: Direct) -> None:
    shim.set(rates={"delayed": 1.0})
    before = shim.outcomes("delayed", "PutItem").get("injected", 0)
    put(shim.client("dynamodb", direct))

    assert shim.outcomes("delayed", "PutItem")["injected"] == before + 1
    assert get(direct.client("dynamodb")) == ITEM


def test_held_calls_wait_until_they_are_let_go(shim: Shim, direct: Direct) -> None:
    def arrived() -> int:
        return int(shim.facts["calls"].get("PutItem", 0))

    before = arrived()
    shim.set(held=True)
    writing = threading.Thread(target=put, args=(shim.client("dynamodb", direct),))
    writing.start()
    while arrived() == before:
        time.sleep(0.01)
    assert get(direct.client("dynamodb")) is None
    shim.set(held=False)
    writing.join()

    assert get(direct.client("dynamodb")) == ITEM


def stream_of(shim: Shim, direct: Direct) -> DynamoStream:
    arn = direct.client("dynamodb").describe_table(TableName="pong")["Table"]["LatestStreamArn"]
    return DynamoStream(arn, shim.client("dynamodbstreams", direct))


@pytest.mark.parametrize(
    "kind", ["page_empty", "page_short", "records_repeated", "records_shuffled", "iterator_expired", "failed"]
)
def test_a_reader_of_the_stream_gets_every_record_in_the_order_of_its_partition(
    shim: Shim, direct: Direct, kind: str
) -> None:
    table = direct.client("dynamodb")
    stream = stream_of(shim, direct)
    (shard,) = stream.shards(None).shards
    iterator = stream.open(shard.id, "horizon", None)
    action = PAGE if kind.startswith(("page", "records")) else "GetRecords"
    before = shim.outcomes(kind, action).get("injected", 0)
    shim.set(rates={kind: 0.5})
    found: list[tuple[str, str, str]] = []
    for n in range(10):
        for partition in "ABC":
            put(table, {"pk": {"S": partition}, "sk": {"S": f"{n:02}"}})
        with suppress(StreamUnavailable, IteratorExpired):
            page = stream.read(iterator)
            found += [(record.sequence, record.pk, record.sk) for record in page.records]
            iterator = str(page.next)
    shim.set(rates={})
    found += [(record.sequence, record.pk, record.sk) for record in stream.read(iterator).records]

    assert shim.outcomes(kind, action)["injected"] > before
    once = list(dict.fromkeys(found))
    assert (len(once) < len(found)) == (kind == "records_repeated")
    for partition in "ABC":
        assert [sk for _, pk, sk in once if pk == partition] == [f"{n:02}" for n in range(10)]


def test_all_readers_of_a_shard_get_its_shuffled_records_in_one_order(shim: Shim, direct: Direct) -> None:
    table = direct.client("dynamodb")
    stream = stream_of(shim, direct)
    (shard,) = stream.shards(None).shards
    first, second = (stream.open(shard.id, "latest", None) for _ in range(2))

    def read_on(iterator: str) -> tuple[list[str], str]:
        page = stream.read(iterator)
        return [record.sequence for record in page.records], str(page.next)

    def write(number: int) -> None:
        for n in range(number):
            put(table, {"pk": {"S": f"{n}"}, "sk": {"S": "x"}})

    shim.set(rates={"records_shuffled": 1.0})
    write(12)
    one, first = read_on(first)
    shim.set(rates={})
    assert one != sorted(one)
    write(8)
    one += read_on(first)[0]
    shim.set(rates={"page_short": 1.0})
    other: list[str] = []
    while len(other) < len(one):
        found, second = read_on(second)
        other += found
    shim.set(rates={})
    assert other == one


def test_a_reader_whose_records_are_trimmed_begins_behind_them(shim: Shim, direct: Direct) -> None:
    table = direct.client("dynamodb")
    stream = stream_of(shim, direct)
    (shard,) = stream.shards(None).shards
    iterator = stream.open(shard.id, "latest", None)
    put(table, {"pk": {"S": "A"}, "sk": {"S": "read"}})
    iterator = str(stream.read(iterator).next)
    put(table, {"pk": {"S": "A"}, "sk": {"S": "unread"}})
    shim.set(rates={"trimmed": 1.0})
    with pytest.raises(DataTrimmed):
        stream.read(iterator)
    shim.set(rates={})
    page = stream.read(stream.open(shard.id, "horizon", None))
    assert [record.sk for record in page.records] == ["unread"]


def test_a_reader_that_begins_again_gets_nothing_before_its_time(shim: Shim, direct: Direct) -> None:
    table = direct.client("dynamodb")
    stream = stream_of(shim, direct)
    (shard,) = stream.shards(None).shards
    first = stream.open(shard.id, "latest", None)
    for n in range(6):
        put(table, {"pk": {"S": "A"}, "sk": {"S": f"{n}"}})
    *_, last = stream.read(first).records
    shim.set(rates={"records_repeated": 1.0})
    page = stream.read(stream.open(shard.id, "horizon", None))
    shim.set(rates={})
    sequences = [record.sequence for record in page.records]
    assert sequences == sorted(sequences)
    assert sequences[-1] == last.sequence


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("stream_limited", "LimitExceededException"),
        ("iterator_expired", "ExpiredIteratorException"),
        ("failed", "InternalServerError"),
    ],
)
def test_a_refused_read_of_the_stream_is_the_error_of_aws(
    shim: Shim, direct: Direct, kind: str, code: str
) -> None:
    shim.set(rates={kind: 1.0})
    client = shim.client("dynamodbstreams", direct)

    error = refused(lambda client: client.get_records(ShardIterator="any"), client)

    assert error.response["Error"]["Code"] == code
    assert isinstance(error, getattr(client.exceptions, code))


@pytest.mark.parametrize(
    ("kind", "code", "starts"),
    [
        ("throttled", "ThrottlingException", False),
        ("failed", "InternalServerError", False),
        ("failed_after", "InternalServerError", True),
    ],
)
def test_a_refused_start_of_an_execution_has_started_it_or_not(
    shim: Shim, direct: Direct, kind: str, code: str, *, starts: bool
) -> None:
    machines = direct.client("stepfunctions")
    machine = machines.create_state_machine(
        name=f"machine-{kind}",
        definition='{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}',
        roleArn=f"arn:aws:iam::{direct.account.id}:role/any",
    )["stateMachineArn"]
    shim.set(rates={kind: 1.0})

    error = refused(
        lambda client: client.start_execution(stateMachineArn=machine, name="one"),
        shim.client("stepfunctions", direct),
    )

    assert error.response["Error"]["Code"] == code
    assert bool(machines.list_executions(stateMachineArn=machine)["executions"]) is starts


def test_rates_that_can_not_be_drawn_are_refused_and_change_nothing(shim: Shim) -> None:
    shim.set(rates={"cut": 0.5})
    answer = httpx.put(shim.url + "/_faults", json={"rates": {"cut": 2}})

    assert (answer.status_code, answer.json()["problem"]) == (400, "cut=2 is no probability")
    assert shim.facts["rates"] == {"cut": 0.5}
