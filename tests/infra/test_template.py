"""The template and the state machines fit each other, the code and CloudFormation's rules."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra import template
from shared.http.task import TASKS
from shared.settings import machine_arn
from shared.store.keys import TIMER_PREFIX

ENVIRONMENT = {"CONNECT_TIMEOUT_SECONDS": "15"}
MACHINES = template.machine_definitions()


def resources(kind: str) -> dict[str, dict[str, Any]]:
    built = template.build(ENVIRONMENT)["Resources"]
    return {name: resource["Properties"] for name, resource in built.items() if resource["Type"] == kind}


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if "Ref" in value:
            yield value["Ref"]
        if "Fn::GetAtt" in value:
            yield value["Fn::GetAtt"][0]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_everything_that_is_referred_to_is_there() -> None:
    built = template.build(ENVIRONMENT)

    assert set(references(built)) <= set(built["Resources"]) | set(built["Parameters"])


def test_the_template_is_the_same_each_time() -> None:
    assert json.dumps(template.build(ENVIRONMENT)) == json.dumps(template.build(ENVIRONMENT))


def test_every_task_of_the_code_is_deployed_and_nothing_else() -> None:
    importlib.import_module("app")

    assert sorted(task.module for task in template.TASKS) == sorted(TASKS.values())


@pytest.mark.parametrize("task", template.TASKS, ids=lambda task: task.logical_id)
def test_a_tasks_handler_exists(task: template.Task) -> None:
    module, _, name = task.handler.rpartition(".")

    assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_goes_only_to_its_own_states_and_comes_to_an_end(name: str) -> None:
    states = MACHINES[name]["States"]
    goals = {MACHINES[name]["StartAt"]}
    for state in states.values():
        goals |= {state[key] for key in ("Next", "Default") if key in state}
        goals |= {choice["Next"] for choice in state.get("Choices", [])}
        assert state["Type"] in ("Succeed", "Choice") or "Next" in state or state.get("End")

    assert goals == set(states), "a state is missing, or one can't be reached"
    assert any(state["Type"] == "Succeed" or state.get("End") for state in states.values())


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_calls_functions_that_are_deployed_and_tries_again_after_errors(name: str) -> None:
    known = {f"{task.logical_id}Arn" for task in template.TASKS}

    assert template.substitutions_in(MACHINES[name]) <= known
    for state in MACHINES[name]["States"].values():
        if state["Type"] == "Task":
            busy, anything = state["Retry"]
            assert "Lambda.TooManyRequestsException" in busy["ErrorEquals"]
            assert busy["MaxAttempts"] >= 50
            assert anything["ErrorEquals"] == ["States.ALL"]
            assert anything["MaxAttempts"] >= 5


def test_the_erasing_task_gets_its_own_answer_as_the_next_step() -> None:
    task = MACHINES["erase-account"]["States"]["EraseAccount"]

    assert "ResultPath" not in task
    assert MACHINES["erase-account"]["States"]["IsDone"]["Choices"][0]["Variable"] == "$.done"


@pytest.mark.parametrize("name", MACHINES)
def test_start_timers_knows_every_machine_by_the_name_that_the_code_looks_up(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = resources("AWS::Lambda::Function")["StartTimers"]["Environment"]["Variables"]
    monkeypatch.setenv(template.machine_variable(name), "arn")

    assert machine_arn(name) == "arn"
    assert variables[template.machine_variable(name)] == {"Ref": template.machine_id(name)}


def test_the_trigger_gives_up_on_a_bad_record_and_keeps_it() -> None:
    (trigger,) = resources("AWS::Lambda::EventSourceMapping").values()

    assert 0 < trigger["MaximumRetryAttempts"] <= 10
    assert trigger["MaximumRecordAgeInSeconds"] > 0
    assert trigger["BisectBatchOnFunctionError"] is True
    assert trigger["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    queue = trigger["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]
    assert queue in resources("AWS::SQS::Queue")


def test_the_trigger_passes_only_new_timers() -> None:
    (trigger,) = resources("AWS::Lambda::EventSourceMapping").values()
    (pattern,) = trigger["FilterCriteria"]["Filters"]

    assert json.loads(pattern["Pattern"]) == {
        "eventName": ["INSERT"],
        "dynamodb": {"Keys": {"pk": {"S": [{"prefix": TIMER_PREFIX}]}}},
    }


def test_the_table_has_index_stream_and_expiry_and_outlives_the_stack() -> None:
    (table,) = resources("AWS::DynamoDB::Table").values()

    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == ["gsi1"]
    assert template.build(ENVIRONMENT)["Resources"]["Table"]["DeletionPolicy"] == "Retain"


def test_cloudformation_accepts_the_template(tmp_path: Path) -> None:
    file = tmp_path / "template.json"
    file.write_text(json.dumps(template.build(ENVIRONMENT)))

    linter = Path(sys.executable).with_name("cfn-lint")
    checked = subprocess.run([linter, file], capture_output=True, text=True)

    assert checked.stdout == ""
    assert checked.returncode == 0, checked.stderr


def test_a_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="JWT_SECRET"):
        template.build({"JWT_SECRET": "hidden"})
