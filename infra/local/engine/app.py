"""MiniStack, with its Step Functions mended where tournaments need what AWS does.

Callback tasks (`.waitForTaskToken`) of MiniStack 1.5.33 take no notice of `TimeoutSecondsPath`, and they go on waiting
for an answer that can't come when the function that was to arrange it has failed or was refused for being busy.
LocalStack does both as AWS.
"""
# ruff: noqa: SLF001 (what is to be mended is inside)

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from typing import Any

from ministack.app import app as app
from ministack.services import stepfunctions

CALLBACK = ".waitForTaskToken"
LONGEST_SECONDS = 99_999_999
"""How long AWS lets a task wait that says nothing else."""

_execute_task = stepfunctions._execute_task


def execute_task(state: Mapping[str, Any], given: Any, execution: Any, context: Any) -> Any:
    """A task, whose time-out may stand in its input."""
    path = state.get("TimeoutSecondsPath")
    if path is not None:
        state = {**state, "TimeoutSeconds": stepfunctions._resolve_path(path, given)}
    return _execute_task(state, given, execution, context)


def invoke_with_callback(resource: str, given: Any, token: str, state: Mapping[str, Any]) -> Any:
    """Call the function and wait until somebody answers the token; a call that fails is the task's failure."""
    ends = time.monotonic() + state.get("TimeoutSeconds", LONGEST_SECONDS)
    waiting: dict[str, Any] = {"event": threading.Event(), "result": None, "error": None, "heartbeat": None}
    stepfunctions._task_tokens[token] = waiting
    try:
        stepfunctions._invoke_resource(resource.replace(CALLBACK, ""), given)
        if not waiting["event"].wait(max(0.0, ends - time.monotonic())):
            raise stepfunctions._ExecutionError("States.Timeout", "Nobody has answered the token in time.")
    finally:
        stepfunctions._task_tokens.pop(token, None)
    if error := waiting["error"]:
        raise stepfunctions._ExecutionError(error["Error"], error["Cause"])
    return json.loads(waiting["result"])


stepfunctions._execute_task = execute_task
stepfunctions._invoke_with_callback = invoke_with_callback
