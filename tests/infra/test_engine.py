"""What the engine mends of MiniStack is still broken there, and mended; functions run as the product does."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

import pytest

from infra.local.engine import process
from tests.support.engine_probe import probe

CALLBACK_TASK = "arn:aws:states:::lambda:invoke.waitForTaskToken"

PROBE = """
import inspect, json, sys
from ministack.services import stepfunctions

NAMES = ("_execute_task", "_invoke_with_callback")
functions = {"unmended": {name: getattr(stepfunctions, name) for name in NAMES}}
import infra.local.engine.app
functions["mended"] = {name: getattr(stepfunctions, name) for name in NAMES}

def parameters(name, kind):
    return list(inspect.signature(functions[kind][name]).parameters)

def error_of_a_call_that_fails(kind):
    task = {"FunctionName": "missing", "Payload": {}}
    try:
        functions[kind]["_invoke_with_callback"](sys.argv[1], task, "token", {"TimeoutSeconds": 0.1})
    except stepfunctions._ExecutionError as error:
        return error.error

def time_out(kind):
    seen = []
    stepfunctions._invoke_with_callback = lambda resource, given, token, state: seen.append(state)
    state = {"Type": "Task", "Resource": sys.argv[1], "TimeoutSecondsPath": "$.seconds", "End": True}
    functions[kind]["_execute_task"](state, {"seconds": 7}, {"events": []}, {"State": {}})
    return seen[0].get("TimeoutSeconds")

print(json.dumps({
    "parameters": {name: [len(parameters(name, kind)) for kind in functions] for name in NAMES},
    "error": {kind: error_of_a_call_that_fails(kind) for kind in functions},
    "time_out": {kind: time_out(kind) for kind in functions},
    "functions_python": sys.executable,
}))
"""


@cache
def probed() -> dict[str, Any]:
    found: dict[str, Any] = probe(PROBE, CALLBACK_TASK)
    return found


def test_what_is_mended_takes_the_same_arguments() -> None:
    assert probed()["parameters"] == {"_execute_task": [4, 4], "_invoke_with_callback": [4, 4]}


def test_a_callback_task_whose_function_fails_has_failed() -> None:
    assert probed()["error"]["mended"] == "Lambda.ResourceNotFoundException"


def test_the_time_out_of_a_callback_task_may_stand_in_its_input() -> None:
    assert probed()["time_out"]["mended"] == 7


@pytest.mark.parametrize(("what", "unmended"), [("error", "States.Timeout"), ("time_out", None)])
def test_ministack_still_needs_mending(what: str, unmended: str | None) -> None:
    assert probed()[what]["unmended"] == unmended, (
        f"MiniStack does this itself: delete it from {process.__package__}"
    )


def test_functions_run_with_the_products_interpreter() -> None:
    assert probed()["functions_python"] == sys.executable
