"""Trigger of the table's stream: starts executions for new timer items, answers waiting ones for new wake items."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from chalice.app import Blueprint

from shared.http.task import task
from shared.settings import machine_arn
from shared.store.keys import TIMER_PREFIX

bp = Blueprint(__name__)

NOT_WAITING = frozenset({"TaskDoesNotExist", "TaskTimedOut", "InvalidToken"})
"""Errors for a token that has had its answer, or whose task has timed out."""


@cache
def _step_functions() -> Any:
    """The client; its attempts end, pauses included, before the function's 30 seconds do."""
    config = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 3, "mode": "standard"})
    return botocore.session.get_session().create_client("stepfunctions", config=config)


@task(bp)
def start_timers(event: Mapping[str, Any]) -> None:
    """Start an execution for each timer item, and answer one for each wake item.

    An execution has its timer's name, so that a repeated record starts nothing twice. After an error the stream
    delivers the whole batch again.
    """
    for record in event["Records"]:
        image = record["dynamodb"]["NewImage"]
        (_start if image["pk"]["S"].startswith(TIMER_PREFIX) else _answer)(image)


def _start(image: Mapping[str, Mapping[str, str]]) -> None:
    timer = image["pk"]["S"].removeprefix(TIMER_PREFIX)
    try:
        _step_functions().start_execution(
            stateMachineArn=machine_arn(image["machine"]["S"]),
            name=f"timer-{timer}",
            input=image["input"]["S"],
        )
    except ClientError as error:
        # On AWS a repeated start succeeds while the execution runs. After its end, and on MiniStack, it fails.
        if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
            raise


def _answer(image: Mapping[str, Mapping[str, str]]) -> None:
    try:
        _step_functions().send_task_success(taskToken=image["token"]["S"], output=image["output"]["S"])
    except ClientError as error:
        if error.response["Error"]["Code"] not in NOT_WAITING:
            raise
