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
from importlib.metadata import packages_distributions
from typing import Any

from shared.store.base import connection
from tests.arch.scenarios import Case
from tests.database import leading_to
from tests.engine import ROOT, Engine

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls that one request made."""

    names: tuple[str, ...]
    in_sequence: int
    """The longest row of calls of which each began after the one before had ended."""
    status: int

    @property
    def writes(self) -> bool:
        """Whether anything was written."""
        return not WRITES.isdisjoint(self.names)


@dataclass(slots=True)
class _Recorder:
    names: list[str] = field(default_factory=list)
    spans: list[list[float]] = field(default_factory=list)

    def begin(self, model: Any, context: dict[str, Any], **_: object) -> None:
        self.names.append(model.name)
        context["span"] = span = [time.perf_counter(), float("inf")]
        self.spans.append(span)

    def end(self, context: dict[str, Any], **_: object) -> None:
        context["span"][1] = time.perf_counter()

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
    events.register("before-call.dynamodb", recorder.begin)
    events.register("after-call.dynamodb", recorder.end)
    try:
        yield recorder
    finally:
        events.unregister("before-call.dynamodb", recorder.begin)
        events.unregister("after-call.dynamodb", recorder.end)


def count_calls(engine: Engine, case: Case) -> Calls:
    """The calls that a case's request makes, on a table of its own."""
    account = engine.account()
    with leading_to(account.environment):
        account.create_table(client=connection().client)
        request = case()
        with _recording() as recorder:
            answer = request()
    return Calls(tuple(recorder.names), recorder.in_sequence(), answer.status)


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a module in a fresh interpreter."""

    milliseconds: float
    """CPU time, in milliseconds of a machine on which the yardstick takes YARDSTICK."""
    modules: frozenset[str]
    """All that is loaded then."""


YARDSTICK = 33.5
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
    finished = subprocess.run(
        [sys.executable, "-c", _IMPORTER, module, ",".join(sorted(_hidden()))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, f"{module} can't be imported in a Lambda package:\n{finished.stderr}"
    milliseconds, yardstick, modules = json.loads(finished.stdout)
    return Import(milliseconds * YARDSTICK / yardstick, frozenset(modules))


def import_milliseconds(module: str, times: int = 5) -> float:
    """The median of several imports."""
    return statistics.median(import_once(module).milliseconds for _ in range(times))


def _hidden() -> set[str]:
    """The packages of this environment that requirements.txt doesn't bring."""
    text = (ROOT / "requirements.txt").read_text()
    packaged = {_plain(name) for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}
    packaged.add("chalice")  # whose runtime `chalice package` adds on its own
    return {
        package
        for package, distributions in packages_distributions().items()
        if packaged.isdisjoint(_plain(distribution) for distribution in distributions)
        and package not in {"shared", "functions"}
    }


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
