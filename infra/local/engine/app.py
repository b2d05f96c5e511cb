"""MiniStack, closed to web pages, with its Step Functions mended where tournaments need what AWS does.

Runs in the engine's own environment (requirements-engine.txt): nothing of the product can be imported here.

Callback tasks (`.waitForTaskToken`) of MiniStack 1.5.33 take no notice of `TimeoutSecondsPath`, and they wait for an
answer that can't come when their function has failed or was refused for being busy. LocalStack does both as AWS does.
tests/infra/test_engine.py fails when MiniStack changes here, and when it no longer needs mending.
"""
# ruff: noqa: SLF001 (what is mended is private)

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ministack.app import app as ministack
from ministack.services import stepfunctions

from infra.local.engine import expressions, streams, transaction_tokens
from infra.local.engine.activity import with_activity
from infra.local.engine.garbage import Collector
from infra.local.engine.saving import SavingEngine
from infra.local.engine.web_pages import without_web_pages

streams.bound()
transaction_tokens.shrink()
collector = Collector()

directory = os.environ.get("STATE_DIR")
engine = SavingEngine(ministack, Path(directory)) if directory else ministack
app = without_web_pages(with_activity(engine, collector))

CALLBACK = ".waitForTaskToken"
LONGEST_SECONDS = 99_999_999
"""AWS lets a task without a time-out wait this long."""

_execute_task = stepfunctions._execute_task


def execute_task(state: Mapping[str, Any], given: Any, execution: Any, context: Any) -> Any:
    """Run a task, whose time-out may stand in its input."""
    path = state.get("TimeoutSecondsPath")
    if path is not None:
        state = {**state, "TimeoutSeconds": stepfunctions._resolve_path(path, given)}
    return _execute_task(state, given, execution, context)


def invoke_with_callback(resource: str, given: Any, token: str, state: Mapping[str, Any]) -> Any:
    """Call the function and wait for the answer to the token; a call that fails is the task's failure."""
    ends = time.monotonic() + state.get("TimeoutSeconds", LONGEST_SECONDS)
    waiting: dict[str, Any] = {"event": threading.Event(), "result": None, "error": None, "heartbeat": None}
    stepfunctions._task_tokens[token] = waiting
    try:
        stepfunctions._invoke_resource(resource.replace(CALLBACK, ""), given)
        if not waiting["event"].wait(max(0.0, ends - time.monotonic())):
            raise stepfunctions._ExecutionError("States.Timeout", "The token was not answered in time.")
    finally:
        stepfunctions._task_tokens.pop(token, None)
    if error := waiting["error"]:
        raise stepfunctions._ExecutionError(error["Error"], error["Cause"])
    return json.loads(waiting["result"])


expressions.speed_up()

stepfunctions._execute_task = execute_task
stepfunctions._invoke_with_callback = invoke_with_callback

# MiniStack runs Lambda functions with its own interpreter, and has no setting for another one. Ours need the packages
# of the product's environment.
sys.executable = os.environ.get("FUNCTIONS_PYTHON", sys.executable)

collector.start()
