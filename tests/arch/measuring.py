"""Counting an endpoint's calls of the database, and timing the import of its module."""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

from shared.store.base import connection
from tests.arch.scenarios import Case, Request
from tests.support.database import leading_to
from tests.support.engine import ROOT, Engine

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls that one request made."""

    names: tuple[str, ...]
    in_sequence: int
    """The longest row of calls of which each began after the one before had ended."""
    status: int
    touched: frozenset[tuple[str, str]]
    """IAM's actions, each with a pattern of the partition keys that it was about, like `USER#*`."""
    read_units: float
    write_units: float
    """The capacity that the calls took, as DynamoDB bills it."""

    @property
    def writes(self) -> bool:
        """Whether anything was written."""
        return not WRITES.isdisjoint(self.names)


@dataclass(slots=True)
class _Recorder:
    names: list[str] = field(default_factory=list)
    spans: list[list[float]] = field(default_factory=list)
    touched: set[tuple[str, str]] = field(default_factory=set)
    read_units: float = 0.0
    write_units: float = 0.0

    def ask_for_capacity(self, params: dict[str, Any], **_: object) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def begin(self, model: Any, params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        body = json.loads(params["body"])
        self.names.append(model.name)
        self.touched |= set(_touched(model.name, body))
        if model.name == "BatchGetItem":
            # The engine doesn't report these. Items of up to 4 KB, and ours are that, take a unit each.
            self.read_units += sum(len(request["Keys"]) for request in body["RequestItems"].values())
        context["span"] = span = [time.perf_counter(), float("inf")]
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
        """Most calls that don't overlap: always take the one that ends first (interval scheduling)."""
        count, free_from = 0, 0.0
        for begin, end in sorted(self.spans, key=lambda span: span[1]):
            if begin >= free_from:
                count, free_from = count + 1, end
        return count


@contextmanager
def _recording() -> Iterator[_Recorder]:
    recorder, events = _Recorder(), connection().client.meta.events
    # After our client's own hook, which doesn't ask for it.
    events.register_last("before-parameter-build.dynamodb", recorder.ask_for_capacity)
    events.register("before-call.dynamodb", recorder.begin)
    events.register("after-call.dynamodb", recorder.end)
    try:
        yield recorder
    finally:
        events.unregister("before-parameter-build.dynamodb", recorder.ask_for_capacity)
        events.unregister("before-call.dynamodb", recorder.begin)
        events.unregister("after-call.dynamodb", recorder.end)


@cache
def count_calls(engine: Engine, case: Case) -> Calls:
    """The calls that a case's request makes, on a table of its own. Several tests look at the same ones."""
    account = engine.account()
    with leading_to(account.environment):
        account.create_table(client=connection().client)
        return measure(case())


def measure(request: Request) -> Calls:
    """The calls that a request makes now, on the table as it is."""
    with _recording() as recorder:
        answer = request()
    return Calls(
        names=tuple(recorder.names),
        in_sequence=recorder.in_sequence(),
        status=answer.status,
        touched=frozenset(recorder.touched),
        read_units=recorder.read_units,
        write_units=recorder.write_units,
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


def _pattern(partition: dict[str, str]) -> str:
    head, mark, _ = partition["S"].partition("#")
    return head + "#*" if mark else head


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a module in a fresh interpreter."""

    milliseconds: float
    """CPU time, in milliseconds of a machine on which the yardstick takes YARDSTICK."""
    modules: frozenset[str]
    """All that is loaded then."""


YARDSTICK = 24.0
"""CPU time in ms that the yardstick below takes on the quiet machine on which the bound was set.

The yardstick does what imports do, making classes and functions, right before and after the import. What makes
it slower, another machine or other work on this one, makes the import slower alike, and counts for nothing.
"""

_IMPORTER = """
import sys, dataclasses
def yardstick():
    started = time.process_time()
    for n in range(30):
        names = {}
        exec("class A:\\n" + "\\n".join(f" a{i}: int = {i}" for i in range(20)), names)
        dataclasses.dataclass(names["A"])
    return (time.process_time() - started) * 1000
hidden = set(sys.argv[2].split(","))
class NotInThePackage:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"{name} is not in the Lambda package", name=name)
sys.meta_path.insert(0, NotInThePackage())
import importlib, json, time
before = yardstick()
started = time.process_time()
importlib.import_module(sys.argv[1])
spent = time.process_time() - started
print(json.dumps([spent * 1000, (before + yardstick()) / 2, sorted(sys.modules)]))
"""


def import_once(module: str) -> Import:
    """Import a module as a Lambda function would: with what requirements.txt installs, and nothing else."""
    return import_with("requirements.txt", module)


def import_with(requirements: str, module: str) -> Import:
    """Import a module with the packages of a requirements file, and nothing else."""
    finished = subprocess.run(
        [sys.executable, "-c", _IMPORTER, module, ",".join(sorted(_hidden(requirements)))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, f"{module} can't be imported with {requirements}:\n{finished.stderr}"
    milliseconds, yardstick, modules = json.loads(finished.stdout)
    return Import(milliseconds * YARDSTICK / yardstick, frozenset(modules))


def import_milliseconds(module: str, times: int = 5) -> float:
    """The median of several imports."""
    return statistics.median(import_once(module).milliseconds for _ in range(times))


def _hidden(requirements: str) -> set[str]:
    """The packages of this environment that a requirements file doesn't bring."""
    packaged = _packages(ROOT / requirements)
    packaged.add("chalice")  # whose runtime `chalice package` adds on its own
    return {
        package
        for package, distributions in packages_distributions().items()
        if packaged.isdisjoint(_plain(distribution) for distribution in distributions)
        and package not in {"shared", "functions", "sse"}
    }


def _packages(requirements: Path) -> set[str]:
    """The packages that a requirements file and those that it includes name; and what a few of them need in turn."""
    text = requirements.read_text()
    found = {_plain(name) for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}
    for other in re.findall(r"^-r (\S+)", text, re.MULTILINE):
        found |= _packages(requirements.parent / other)
    return found | ({"click", "h11"} if "uvicorn" in found else set())


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
