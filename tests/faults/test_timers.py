"""The trigger of timers starts an execution once, and answers one once, whatever becomes of its calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions.play import start_timers as module
from functions.play.start_timers import start_timers
from infra.package import ROOT
from tests.faults.conftest import Direct, Shim
from tests.infra.runners import timer_item

PAUSES_SECONDS = 3.0
"""Of botocore between three attempts, at most."""


@pytest.fixture
def machine(shim: Shim, direct: Direct, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A state machine, which the trigger reaches by the shim."""
    for name, value in shim.through(direct.account).environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    arn: str = direct.client("stepfunctions").create_state_machine(
        name="match-clock",
        definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
        roleArn=f"arn:aws:iam::{direct.account.id}:role/any",
    )["stateMachineArn"]
    monkeypatch.setenv("MACHINE_MATCH_CLOCK", arn)
    module._step_functions.cache_clear()
    yield arn
    module._step_functions.cache_clear()


def record(image: dict[str, Any]) -> dict[str, Any]:
    return {"Records": [{"dynamodb": {"NewImage": image}}]}


def started(direct: Direct, machine: str) -> list[str]:
    found = direct.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    return [execution["name"] for execution in found]


@pytest.mark.parametrize("kind", ["cut_after", "failed_after"])
def test_a_start_whose_answers_are_lost_fails_and_its_repetition_starts_nothing_twice(
    shim: Shim, direct: Direct, machine: str, kind: str
) -> None:
    shim.set(rates={kind: 1.0})
    with pytest.raises(Exception, match=r"StartExecution|Connection was closed"):
        start_timers(record(timer_item(7)), None)
    shim.set(rates={})
    start_timers(record(timer_item(7)), None)

    assert started(direct, machine) == ["timer-7"]


@pytest.mark.parametrize("kind", ["cut", "throttled", "failed"])
def test_a_start_that_fails_starts_nothing_and_comes_again(
    shim: Shim, direct: Direct, machine: str, kind: str
) -> None:
    shim.set(rates={kind: 1.0})
    with pytest.raises(Exception, match=r"StartExecution|Connection was closed"):
        start_timers(record(timer_item(8)), None)
    assert started(direct, machine) == []
    shim.set(rates={})
    start_timers(record(timer_item(8)), None)

    assert started(direct, machine) == ["timer-8"]


@pytest.mark.usefixtures("machine")
def test_a_silent_service_is_given_up_before_the_function_ends() -> None:
    """Else Lambda ends it, and the timers behind this one wait half a minute for each try."""
    config = module._step_functions().meta.config
    settings = json.loads((ROOT / ".chalice" / "config.json").read_text())
    (ends,) = (
        stage["lambda_functions"]["start_timers"]["lambda_timeout"] for stage in settings["stages"].values()
    )
    attempt = config.connect_timeout + config.read_timeout

    assert config.retries["total_max_attempts"] * attempt + PAUSES_SECONDS < ends
