"""What the engine keeps in memory, and what its collector of garbage walks through."""

from __future__ import annotations

from functools import cache
from typing import Any

from infra.local.engine import process
from tests.support.engine_probe import probe

PROBE = """
import asyncio, gc, inspect, json, threading
from ministack.services import dynamodb, lambda_svc

NAMES = {
    "_trim_stream_records": dynamodb._trim_stream_records,
    "stream_records_since": dynamodb.stream_records_since,
    "_txn_token_store": dynamodb._txn_token_store,
    "_txn_token_lookup": dynamodb._txn_token_lookup,
}
used = {name: "".join(map(inspect.getsource, (dynamodb, lambda_svc))).count(name + "(") for name in NAMES}
arguments = {name: str(inspect.signature(function)) for name, function in NAMES.items()}
dynamodb._txn_token_store("unmended", {"signature": NAMES})
keeps_requests = dynamodb._txn_idempotency.pop("unmended")["signature"] is NAMES
keeps_records = dynamodb._STREAM_RETENTION_SECONDS

from infra.local.engine import app, garbage, streams, transaction_tokens

class Clock:
    @staticmethod
    def time():
        return now

now = 1_800_000_000
dynamodb.time = streams.time = transaction_tokens.time = Clock
loop = asyncio.new_event_loop()

def call(action, **data):
    headers = {"x-amz-target": "DynamoDB_20120810." + action}
    asked = dynamodb.handle_request("POST", "/", headers, json.dumps(data).encode(), {})
    status, _, body = loop.run_until_complete(asked)
    return status, json.loads(body)

def put(number, token=None, text="x"):
    item = {"pk": {"S": "USER#%d" % (number % 100)}, "sk": {"S": text}}
    item["groups"] = {"L": [{"M": {"name": {"S": "a"}}}]}
    given = {"TransactItems": [{"Put": {"TableName": "pong", "Item": item}}]}
    return call("TransactWriteItems", **given, **({"ClientRequestToken": token} if token else {}))

def records():
    return len(dynamodb._stream_records.get("pong"))

call("CreateTable", TableName="pong", BillingMode="PAY_PER_REQUEST",
     AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
     KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
     StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})

# Tokens: the same request again, another one, and after ten minutes.
found = {"once": put(1, "token")[0], "again": put(1, "token")[0], "written": records()}
found["another"] = put(2, "token")[1]["__type"].rpartition("#")[2]
held = dynamodb._txn_idempotency.get("token")
found["tracked"] = [gc.is_tracked(part) for part in held]
now += dynamodb._TXN_TOKEN_TTL
found["later"] = put(2, "token")[0], records()

# Records: by time, by number, and not before a trigger has read them.
now += streams.KEPT_SECONDS + 1
put(3, text="y")
found["by_time"] = records()
now += streams.KEPT_SECONDS + 1
found["read_when_old"] = dynamodb.stream_records_since("pong", 0, 10)
streams.KEPT_RECORDS, streams.SLACK = 20, 5
for number in range(100):
    put(number, text=str(number))
found["by_number"] = records()
found["first"] = dynamodb.stream_start_position("pong")
found["end"] = dynamodb.stream_end_position("pong")
unread = found["end"] - 3
lambda_svc._dynamodb_stream_positions["trigger"] = unread
for number in range(100):
    put(number, text=str(number + 100))
found["unread_kept"] = dynamodb._stream_trimmed.get("pong") == unread
batch = dynamodb.stream_records_since("pong", unread, 1000)
found["unread"] = len(batch)
lambda_svc._dynamodb_stream_positions["trigger"] = unread + len(batch)
reader = threading.Thread(target=dynamodb.stream_start_position, args=("pong",))
reader.start()
reader.join()
found["after_a_reader"] = records()
put(1, text="z")
found["after_a_write"] = records()

# The collector: what is stored is frozen by full collections, and never looked at again.
def walked():
    seen = []
    def note(phase, info):
        if phase == "start" and info["generation"] == 2:
            seen.append(sum(map(len, map(gc.get_objects, range(3)))))
    gc.callbacks.insert(0, note)
    for number in range(2000):
        put(number, text="a%d" % number)
    gc.callbacks.remove(note)
    return max(seen)

gc.set_threshold(100, 5, 3)
garbage.MANY = 1000
gc.collect()
first, frozen = walked(), gc.get_freeze_count()
for number in range(4000):
    put(number, text="b%d" % number)
found["frozen"] = gc.get_freeze_count() - frozen
found["walked"] = first, walked()
frozen = gc.get_freeze_count()
for number in range(100):
    call("GetItem", TableName="pong", Key={"pk": {"S": "USER#1"}, "sk": {"S": "z"}})
    gc.collect()
found["frozen_by_reads"] = gc.get_freeze_count() - frozen
gc.unfreeze()
found["leaked"] = gc.collect()
print(json.dumps({
    **found, "used": used, "arguments": arguments, "keeps_requests": keeps_requests, "keeps_records": keeps_records
}))
"""


@cache
def probed() -> dict[str, Any]:
    found: dict[str, Any] = probe(PROBE)
    return found


def test_ministack_still_has_what_is_replaced() -> None:
    assert probed()["arguments"] == {
        "_trim_stream_records": "(table_name: str, *, account_id=None, region=None) -> None",
        "stream_records_since": (
            "(table_name: str, position: int, limit: int, *, account_id=None, region=None) -> list[dict]"
        ),
        "_txn_token_store": "(crt, entry)",
        "_txn_token_lookup": "(crt)",
    }
    assert min(probed()["used"].values()) > 1


def test_ministack_still_keeps_records_for_a_day_and_whole_requests() -> None:
    assert (probed()["keeps_records"], probed()["keeps_requests"]) == (86400, True), (
        f"MiniStack does this itself: delete it from {process.__package__}"
    )


def test_a_transaction_repeated_with_its_token_changes_nothing() -> None:
    assert (probed()["once"], probed()["again"], probed()["written"]) == (200, 200, 1)


def test_a_token_of_another_transaction_is_refused() -> None:
    assert probed()["another"] == "IdempotentParameterMismatchException"


def test_a_token_is_good_for_another_transaction_after_ten_minutes() -> None:
    assert probed()["later"] == [200, 2]


def test_a_transactions_token_holds_nothing_that_the_collector_has_to_look_at() -> None:
    assert not any(probed()["tracked"])


def test_a_stream_keeps_no_record_that_is_too_old_or_too_many() -> None:
    assert probed()["by_time"] == 1
    assert probed()["read_when_old"] == []
    assert probed()["by_number"] < 20 + 5
    assert probed()["end"] - probed()["first"] == probed()["by_number"]


def test_a_stream_keeps_what_a_trigger_has_yet_to_read() -> None:
    assert probed()["unread_kept"]
    assert probed()["unread"] == 3 + 100


def test_only_writes_drop_records_as_triggers_read_in_other_threads() -> None:
    assert probed()["after_a_reader"] == 103
    assert probed()["after_a_write"] == 20


def test_a_full_collection_looks_at_new_objects_only() -> None:
    first, later = probed()["walked"]
    assert later < 2 * first
    assert probed()["frozen"] > 2 * later


def test_reads_freeze_nothing() -> None:
    assert probed()["frozen_by_reads"] <= 0


def test_a_change_leaves_a_bounded_number_of_objects_none_of_them_garbage() -> None:
    assert probed()["frozen"] < 10 * 4000
    assert probed()["leaked"] < 100
