"""Counting an endpoint's calls of the database."""

from __future__ import annotations

import json
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from shared.http import throttle
from shared.store import keys
from shared.store.accounts import leases
from shared.store.base import connection, read_item
from shared.store.limits import table_name
from tests.arch.capacity import size_of
from tests.arch.scenarios.common import Case, Request
from tests.support.database import leading_to
from tests.support.engine import Engine

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls that one request made."""

    names: tuple[str, ...]
    in_sequence: int
    """The length of the longest chain of calls in which each began after the one before had ended."""
    status: int
    touched: frozenset[tuple[str, str]]
    """IAM's actions on the one table, each with a pattern of partition keys, like `USER#*`."""
    limits: frozenset[str]
    """IAM's actions on the table of the limits."""
    read_units: float
    write_units: float
    """The capacity that the calls took, as DynamoDB bills it."""
    partitions: Mapping[str, Mapping[str, float]]
    """By `reads` and `writes` the units that each kind of partition of the one table gave."""

    @property
    def writes(self) -> bool:
        """Whether anything was written."""
        return not WRITES.isdisjoint(self.names)


@dataclass(slots=True)
class _Recorder:
    names: list[str] = field(default_factory=list)
    spans: list[list[float]] = field(default_factory=list)
    touched: set[tuple[str, str]] = field(default_factory=set)
    limits: set[str] = field(default_factory=set)
    beside: bool = False
    """Whether the calls just now are made at the same time as what comes next."""
    waits: dict[int, int] = field(default_factory=dict)
    """By the number of calls in sequence before: for how many calls made beside nothing the request waits."""
    read_units: float = 0.0
    write_units: float = 0.0
    partitions: dict[str, Counter[str]] = field(
        default_factory=lambda: {"reads": Counter(), "writes": Counter()}
    )

    def begin(self, model: Any, params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        body = json.loads(params["body"])
        self.names.append(model.name)
        if body.get("TableName") == table_name():
            self.limits.add(model.name)
        else:
            self.touched |= set(_touched(model.name, body))
            for pattern, units in _units_of(model.name, body):
                self.partitions["writes" if model.name in WRITES else "reads"][pattern] += units
        if model.name == "BatchGetItem":
            # The engine doesn't report these. An item of up to 4 KB takes a unit, and ours are that small.
            self.read_units += sum(len(request["Keys"]) for request in body["RequestItems"].values())
        context["span"] = span = [time.perf_counter(), float("inf")]
        if not self.beside:
            self.spans.append(span)

    def end(self, model: Any, parsed: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        context["span"][1] = time.perf_counter()
        taken = parsed.get("ConsumedCapacity", [])
        units = sum(one["CapacityUnits"] for one in (taken if isinstance(taken, list) else [taken]))
        if model.name in WRITES:
            self.write_units += units
        else:
            self.read_units += units

    def in_sequence(self) -> int:
        """The most calls that don't overlap: always take the one that ends first (interval scheduling)."""
        count, free_from = sum(self.waits.values()), 0.0
        for begin, end in sorted(self.spans, key=lambda span: span[1]):
            if begin >= free_from:
                count, free_from = count + 1, end
        return count


class _Beside(Executor):
    """Runs at once what the throttle starts beside the request: threads would make another order in every run."""

    def __init__(self, recorder: _Recorder) -> None:
        self._recorder = recorder

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call the function. Who waits for the result before another call is made waits for these calls."""
        recorder = self._recorder
        before, calls = len(recorder.spans), len(recorder.names)
        recorder.beside, future = True, _Waited(recorder, before)
        future.set_result(function(*args, **kwargs))
        recorder.beside, future.calls = False, len(recorder.names) - calls
        return future


class _Waited(Future[Any]):
    def __init__(self, recorder: _Recorder, before: int) -> None:
        super().__init__()
        self._recorder, self._before = recorder, before
        self.calls = 0

    def result(self, timeout: float | None = None) -> Any:
        """The result; what was called in the meantime was called at the same time."""
        waits, meanwhile = self._recorder.waits, len(self._recorder.spans) - self._before
        waits[self._before] = max(waits.get(self._before, 0), self.calls - meanwhile)
        return super().result(timeout)


@contextmanager
def _recording() -> Iterator[_Recorder]:
    recorder, events = _Recorder(), connection().client.meta.events
    before, throttle._threads = throttle._threads, lambda: _Beside(recorder)  # type: ignore[assignment]
    events.register("before-call.dynamodb", recorder.begin)
    events.register("after-call.dynamodb", recorder.end)
    try:
        yield recorder
    finally:
        throttle._threads = before
        events.unregister("before-call.dynamodb", recorder.begin)
        events.unregister("after-call.dynamodb", recorder.end)


@cache
def count_calls(engine: Engine, case: Case) -> Calls:
    """The calls that a case's request makes, on a table of its own. Several tests share them."""
    account = engine.account()
    with leading_to(account.environment):
        account.create_table(client=connection().client)
        return measure(case())


def measure(request: Request) -> Calls:
    """The calls that a request makes now, on the table as it is, in a process that has answered others just before."""
    leases.keep(read_item(keys.leases()))
    with _recording() as recorder:
        answer = request()
    return Calls(
        names=tuple(recorder.names),
        in_sequence=recorder.in_sequence(),
        status=answer.status,
        touched=frozenset(recorder.touched),
        limits=frozenset(recorder.limits),
        read_units=recorder.read_units,
        write_units=recorder.write_units,
        partitions={kind: dict(sorted(units.items())) for kind, units in recorder.partitions.items()},
    )


_OF_TRANSACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


def _touched(call: str, body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The actions that IAM checks for a call, with the partitions that they are about."""
    if call == "BatchGetItem":
        for request in body["RequestItems"].values():
            yield from ((call, _pattern(key["pk"])) for key in request["Keys"])
    elif call == "TransactWriteItems":
        for part in body["TransactItems"]:
            ((kind, operation),) = part.items()
            item = operation.get("Key") or operation["Item"]
            yield _OF_TRANSACTIONS[kind], _pattern(item["pk"])
    elif call == "Query":
        (name,) = (name for name, meaning in body["ExpressionAttributeNames"].items() if meaning == "pk")
        found = re.search(rf"{name} = (:\w+)", body["KeyConditionExpression"])
        assert found
        yield call, _pattern(body["ExpressionAttributeValues"][found[1]])
    else:
        yield call, _pattern((body.get("Key") or body["Item"])["pk"])


def _units_of(call: str, body: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """The units that a call takes of each kind of partition: at least 1 for what is read, 2 in a transaction."""
    if call == "TransactWriteItems":
        for part in body["TransactItems"]:
            ((_, operation),) = part.items()
            item = operation.get("Item") or operation["Key"]
            yield _pattern(item["pk"]), 2 * math.ceil(size_of(item) / 1024)
    elif call == "BatchGetItem":
        yield from ((_pattern(key["pk"]), 1) for one in body["RequestItems"].values() for key in one["Keys"])
    else:
        yield from ((pattern, 1) for _, pattern in _touched(call, body))


def _pattern(partition: dict[str, str]) -> str:
    head, mark, _ = partition["S"].partition("#")
    return head + "#*" if mark else head
