"""`make run` as a process of its own, and timers of a running stack."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.local.runner.stack import Stack
from infra.local.settings import REGION, ROOT

WAIT_SECONDS = 60.0


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Fail if the condition doesn't come to hold; how long it takes decides nothing."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)


def runs(pid: int) -> bool:
    """Whether a process is there and not a zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


class Runner:
    """A `python -m infra.local.runner` process and all that it has said."""

    def __init__(self, port: int, *arguments: str) -> None:
        self.port = port
        self.process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.runner", "--port", str(port), *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.said = ""
        self.complained = ""
        self._readers = [threading.Thread(target=self._read, args=(name,)) for name in ("said", "complained")]
        for reader in self._readers:
            reader.start()

    def _read(self, name: str) -> None:
        pipe = self.process.stdout if name == "said" else self.process.stderr
        assert pipe is not None
        with pipe:
            for line in pipe:
                setattr(self, name, getattr(self, name) + line)

    def up(self) -> dict[str, Any]:
        """Wait until it is up; the content of run.json."""
        wait_until(lambda: "Ctrl-C stops it" in self.said or self.process.poll() is not None, "the start")
        assert self.process.poll() is None, self.complained
        facts: dict[str, Any] = json.loads((ROOT / f".local/{self.port}/run.json").read_text())
        return facts

    def end(self) -> int:
        """Wait for its end; the exit code."""
        code = self.process.wait(WAIT_SECONDS)
        for reader in self._readers:
            reader.join()
        return code


@pytest.fixture
def start() -> Iterator[Callable[..., Runner]]:
    runners: list[Runner] = []

    def start(port: int, *arguments: str) -> Runner:
        runners.append(Runner(port, *arguments))
        return runners[-1]

    yield start
    for runner in runners:
        runner.process.kill()
        runner.end()
        shutil.rmtree(ROOT / f".local/{runner.port}", ignore_errors=True)


def aws(service: str, engine: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=engine,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def timer_item(timer: int, machine: str = "ranked-window") -> dict[str, Any]:
    """Asks for an execution that ends at once, because there is no such ticket."""
    look = {"ticket": "none", "seconds": 0, "looks": 1}
    item = {
        "pk": f"TIMER#{timer}",
        "sk": "TIMER",
        "kind": "timer",
        "machine": machine,
        "input": json.dumps(look),
    }
    return {name: {"S": value} for name, value in item.items()}


def put_timer(stack: Stack, timer: int) -> None:
    with closing(aws("dynamodb", stack.engine_url)) as table:
        table.put_item(TableName="pong", Item=timer_item(timer))


def succeeded(stack: Stack) -> list[str]:
    """The names of the looks at tickets that have come to their end."""
    machine = stack.outputs["RankedWindowMachine"]
    with closing(aws("stepfunctions", stack.engine_url)) as machines:
        found = machines.list_executions(stateMachineArn=machine, statusFilter="SUCCEEDED")
    return [execution["name"] for execution in found["executions"]]
