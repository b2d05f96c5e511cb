"""A local stack whose processes all reach the engine through a shim, with a nemesis for them.

with FaultyStack(seed=7, rates={"conflict": 0.02}, persist_directory=directory) as faulty:
    ...load on faulty.stack.url, faulty.nemesis.strike()...
    faulty.set_rates({})
    faulty.counts()
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import httpx

from faults.processes import Nemesis
from faults.shim import kinds
from faults.shim.server import CONTROL
from infra.local.runner.ports import free_port
from infra.local.runner.processes import Child, Program, StackError
from infra.local.runner.readiness import answers
from infra.local.runner.stack import START_SECONDS, Stack
from infra.local.settings import HOST, inherited

HOLD_SECONDS = 60.0
"""Calls under way end within this time, those of clients that wait in vain included."""


class ShimmedStack(Stack):
    """A stack with a shim between its processes and its engine. The runner itself talks to the engine."""

    def __init__(self, seed: int, **options: Any) -> None:
        super().__init__(**options)
        self.shim_url = f"http://{HOST}:{(port := free_port())}"
        self._shim_command = [
            *(sys.executable, "-m", "faults.shim"),
            *("--port", str(port), "--engine", self.engine_url, "--seed", str(seed)),
        ]
        self._shim: Child | None = None

    def _start_process(self, program: Program) -> None:
        # The engine hands its own AWS_ENDPOINT_URL to the functions.
        environment = {**program.environment, "AWS_ENDPOINT_URL": self.shim_url}
        super()._start_process(replace(program, environment=environment))

    def _start_engine(self) -> None:
        log = self.state.logs / "shim.log"
        self._shim = Child(Program("shim", "the shim", self._shim_command, inherited(), log))
        shim = self._shim.process
        self._supervisor.wait_for(
            lambda: answers(self.shim_url + CONTROL) or shim.poll() is not None, "the shim", START_SECONDS
        )
        if shim.poll() is not None:
            raise StackError(self._shim.exit_summary())
        super()._start_engine()

    def stop(self) -> None:
        """End everything, the shim last."""
        try:
            super().stop()
        finally:
            if self._shim:
                self._shim.stop(START_SECONDS)


class FaultyStack:
    """A stack behind a shim; a context manager.

    `rates` are probabilities by kind of fault (faults/shim/kinds.py); they hold once the stack is up. `planted` is
    the name of a bug (faults/shim/planted.py), which strikes with `planted_rate`.
    """

    def __init__(
        self,
        seed: int,
        rates: Mapping[str, float],
        persist_directory: Path | None = None,
        planted: str | None = None,
        *,
        planted_rate: float = 1.0,
        settings: Mapping[str, str] | None = None,
        port: int = 0,
        report: Callable[[str], None] = lambda _: None,
        log: Path | None = None,
    ) -> None:
        """`log` gets a line of JSON for each act of the nemesis. Raises kinds.WrongRates."""
        kinds.check(rates)
        self.stack = ShimmedStack(
            seed, port=port, settings=settings, persist=persist_directory, report=report
        )
        self.nemesis = Nemesis(self.stack, seed, log, self.held)
        self._holding = threading.Lock()
        self._first = {"rates": dict(rates), "planted": planted, "planted_rate": planted_rate}
        self._open = ExitStack()
        self._shim: httpx.Client

    def __enter__(self) -> Self:
        with ExitStack() as entered:
            entered.enter_context(self.stack)
            self._shim = entered.enter_context(
                httpx.Client(base_url=self.stack.shim_url, timeout=HOLD_SECONDS, trust_env=False)
            )
            self._change(self._first)
            self._open = entered.pop_all()
        return self

    def __exit__(self, *problem: Any) -> None:
        self._open.__exit__(*problem)

    def counts(self) -> dict[str, Any]:
        """What the shim has counted: calls by action, faults by kind, action and outcome, strikes of planted bugs."""
        found: dict[str, Any] = self._shim.get(CONTROL).raise_for_status().json()
        return found

    def set_rates(self, rates: Mapping[str, float]) -> None:
        """Change the rates; {} ends all faults. The planted bug stays."""
        self._change({"rates": dict(rates)})

    def plant(self, name: str | None, rate: float = 1.0) -> None:
        """Plant another bug, or none."""
        self._change({"planted": name, "planted_rate": rate})

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold all calls, once those under way have ended, and let them go on afterwards. One thread at a time."""
        with self._holding:
            try:
                self._change({"held": True})
                yield
            finally:
                self._change({"held": False})

    def _change(self, wanted: Mapping[str, Any]) -> None:
        answer = self._shim.put(CONTROL, json=wanted)
        if answer.status_code == httpx.codes.BAD_REQUEST:
            raise ValueError(answer.json()["problem"])
        answer.raise_for_status()
