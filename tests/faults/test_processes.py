"""The nemesis strikes every kind of process of a stack, and the stack comes back each time."""

from __future__ import annotations

import json
import ssl
import threading
import time
from pathlib import Path
from typing import Self

import httpx
import pytest

from faults.processes import TARGETS
from faults.shim.kinds import WrongRates
from faults.stack import FaultyStack
from infra.local.runner.stack import Stack
from tests.infra.runners import put_timer, succeeded, wait_until
from tests.support.people import bearer


class Asking:
    """Asks the API again and again meanwhile."""

    def __init__(self, stack: Stack, headers: dict[str, str]) -> None:
        self.answers: set[int | str] = set()
        self._stack = stack
        self._headers = headers
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _ask(self) -> None:
        context = ssl.create_default_context(cafile=self._stack.ca)
        while not self._end.is_set():
            try:
                answer = httpx.get(
                    self._stack.url + "/api/users/me/", headers=self._headers, verify=context, timeout=30
                )
            except httpx.TransportError:  # the edge has died
                self.answers.add("no answer")
                time.sleep(0.02)
                continue
            comes_again = answer.status_code == 503 and int(answer.headers["retry-after"]) > 0
            self.answers.add("503 with Retry-After" if comes_again else answer.status_code)


def test_a_stack_comes_back_from_the_death_of_every_process_with_all_that_was_acknowledged(
    tmp_path: Path,
) -> None:
    log = tmp_path / "strikes.jsonl"
    with FaultyStack(7, {"delayed": 0.2}, tmp_path / "data", log=log) as faulty:
        stack = faulty.stack
        with httpx.Client(base_url=stack.url + "/api", verify=str(stack.ca), timeout=30) as api:
            put_timer(stack, 1)
            wait_until(lambda: succeeded(stack) == ["timer-1"], "a process that runs functions")

            for target in TARGETS:
                assert faulty.nemesis.pause(target, 0.05), f"there is no {target}"
            guest = bearer(api.post("/auth/guest/").json()["access"])
            with Asking(stack, guest) as asking:
                for target in TARGETS:
                    assert faulty.nemesis.kill(target), f"there is no {target}"

            assert 200 in asking.answers
            assert asking.answers <= {200, "503 with Retry-After", "no answer"}
            assert api.get("/users/me/", headers=guest).status_code == 200
            put_timer(stack, 2)
            wait_until(lambda: "timer-2" in succeeded(stack), "a new timer's execution")
        counts = faulty.counts()
    told = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(each["act"], each["target"]) for each in told] == [
        (act, target) for act in ("pause", "kill") for target in TARGETS
    ]
    assert all(each["at"] < each["back_at"] for each in told)
    # The functions and the SSE process go by the shim as well.
    assert counts["calls"].keys() >= {"StartExecution", "GetRecords", "UpdateItem", "GetItem"}
    assert sum(outcomes["bitten"] for outcomes in counts["faults"]["delayed"].values())


def test_a_stack_behind_a_shim_refuses_rates_that_can_not_be_drawn() -> None:
    with pytest.raises(WrongRates, match="cut=2 is no probability"):
        FaultyStack(7, {"cut": 2})
