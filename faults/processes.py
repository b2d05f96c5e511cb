"""The nemesis: kills and pauses the processes of a stack, and tells when the service was back.

nemesis.strike()                  one process, one act, as the seed says
nemesis.kill("sse")               a certain one
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import httpx

from infra.local.engine.process import HEALTH_PATH
from infra.local.runner.readiness import answers
from infra.local.runner.stack import Stack

Target = Literal["sse", "edge", "edge worker", "password process", "function", "engine"]
"""`edge` is its first process; `function` is one in which the engine runs a timer's function."""

TARGETS: tuple[Target, ...] = ("sse", "edge", "edge worker", "password process", "function", "engine")

LONGEST_PAUSE_SECONDS = 5.0
BACK_SECONDS = 120.0
"""The supervisor's longest pause, and a start on a busy machine."""

Act = Literal["kill", "pause"]


@dataclass(frozen=True, slots=True)
class Strike:
    """What the nemesis did to a process. Times are Unix times in seconds."""

    at: float
    act: Act
    target: Target
    pid: int
    paused_seconds: float
    """0 for a kill."""
    back_at: float
    """When the edge answered requests and streams again, and, after the engine's death, the engine itself.

    The other processes have no part in these answers: of them this is no time of theirs.
    """


class NotBack(Exception):
    """The service was not back in time."""


Held = Callable[[], AbstractContextManager[None]]
"""Holds the calls of all processes to the engine for a block, once those under way have ended."""


class Nemesis:
    """Strikes at the processes of a stack. One thread at a time may use it."""

    def __init__(self, stack: Stack, seed: int, log: Path | None, held: Held) -> None:
        self.strikes: list[Strike] = []
        self._stack = stack
        self._draw = random.Random(f"nemesis {seed}")
        self._log = log
        self._held = held

    def strike(self) -> Strike | None:
        """Kill or pause a process at random; None if there is none of the kind that was drawn."""
        target = self._draw.choice(TARGETS)
        if self._draw.random() < 0.5:
            return self.kill(target)
        return self.pause(target, self._draw.random() * LONGEST_PAUSE_SECONDS)

    def kill(self, target: Target) -> Strike | None:
        """Kill a process (-9), and wait until the service is back. Raises NotBack.

        The engine saves before: what it acknowledged since its last saving would be lost with it, as it is meant to.
        No call reaches it between the saving and its death.
        """
        pid = self._pid(target)
        if pid is None:
            return None
        if target != "engine":
            return self._record("kill", target, pid, 0.0, lambda: os.kill(pid, signal.SIGKILL))
        try:
            with self._held():
                self._stack.save()
                at = time.time()
                os.kill(pid, signal.SIGKILL)
                self._wait(lambda: self._stack.pids["engine"] != pid, "the engine's successor")
                self._wait(lambda: answers(self._stack.engine_url + HEALTH_PATH), "the engine")
        except ProcessLookupError:
            return None
        return self._told(at, "kill", target, pid, 0.0)

    def pause(self, target: Target, seconds: float) -> Strike | None:
        """Stop a process for so many seconds, then let it go on."""
        pid = self._pid(target)
        if pid is None:
            return None

        def act() -> None:
            os.kill(pid, signal.SIGSTOP)
            try:
                time.sleep(seconds)
            finally:
                os.kill(pid, signal.SIGCONT)

        return self._record("pause", target, pid, seconds, act)

    def _record(
        self, act: Act, target: Target, pid: int, paused: float, do: Callable[[], None]
    ) -> Strike | None:
        at = time.time()
        try:
            do()
        except ProcessLookupError:  # it ended by itself, or with another one
            return None
        return self._told(at, act, target, pid, paused)

    def _told(self, at: float, act: Act, target: Target, pid: int, paused: float) -> Strike:
        """Wait until the service is back, and log."""
        if act == "kill":
            self._wait(lambda: not _runs(pid), "the end of the process")
        with httpx.Client(verify=str(self._stack.ca), trust_env=False) as client:
            self._wait(lambda: self._serves(client), "the service")
        strike = Strike(at, act, target, pid, paused, time.time())
        self.strikes.append(strike)
        if self._log:
            with self._log.open("a") as log:
                log.write(json.dumps(asdict(strike)) + "\n")
        return strike

    def _serves(self, client: httpx.Client) -> bool:
        """Whether requests and streams are answered, and the runner knows all processes.

        Neither calls the database, whose faults would count here. The stream's answer is 401: the SSE process gives it,
        so it is there.
        """
        try:
            statuses = [
                client.get(self._stack.url + path).status_code for path in ("/api/docs/", "/sse/users/")
            ]
        except httpx.HTTPError:
            return False
        known = json.loads(self._stack.state.run_file.read_text())["pids"] == self._stack.pids
        return statuses == [httpx.codes.OK, httpx.codes.UNAUTHORIZED] and known

    def _pid(self, target: Target) -> int | None:
        """A process of a kind, or None if there is none now."""
        pids = self._stack.pids
        if target in pids:
            return pids[target]
        if target == "function":
            found = [pid for pid in children_of(pids["engine"]) if _is_function(pid)]
        else:
            found = children_of(pids["edge"])
            if target == "password process":
                found = [below for pid in found for below in children_of(pid)]
        return self._draw.choice(found) if found else None

    def _wait(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + BACK_SECONDS
        while not condition():
            if self._stack.failure is not None:
                raise NotBack(self._stack.failure)
            if time.monotonic() > deadline:
                raise NotBack(f"{what} was not back after {BACK_SECONDS:g} s")
            time.sleep(0.02)


def children_of(pid: int) -> list[int]:
    """The processes that one has started, by any of its threads."""
    found: list[int] = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found += map(int, file.read_text().split())
    return sorted(found)


def _is_function(pid: int) -> bool:
    """Whether a child of the engine runs a function: Lambda's variables are in its environment."""
    try:
        return b"\0AWS_LAMBDA_FUNCTION_NAME=" in Path(f"/proc/{pid}/environ").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def _runs(pid: int) -> bool:
    """Whether a process is there, and is more than an entry that its parent hasn't taken note of."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
