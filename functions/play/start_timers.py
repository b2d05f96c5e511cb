"""Trigger of the table's stream: starts executions for new timer items, answers waiting ones for new wake items."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import ClientError
from chalice.app import Blueprint

from shared.http.task import task
from shared.settings import machine_arn
from shared.store.keys import TIMER_PREFIX

bp = Blueprint(__name__)

NOT_WAITING = frozenset({"TaskDoesNotExist", "TaskTimedOut", "InvalidToken"})
"""What answering a token means when it was answered before, or its task has timed out: it is too late, or again."""


@cache
def _step_functions() -> Any:
    return botocore.session.get_session().create_client("stepfunctions")


@task(bp)
def start_timers(event: Mapping[str, Any]) -> None:
    """Start one execution per timer, named after it, so that a repeated record starts nothing twice; and answer one
    per wake item.

    An error hands the whole batch back to the stream, which delivers it again: what came before is done already.
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
        # A repeated start of a running execution succeeds on AWS; of an ended one, and on MiniStack, it is this.
        if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
            raise


def _answer(image: Mapping[str, Mapping[str, str]]) -> None:
    try:
        _step_functions().send_task_success(taskToken=image["token"]["S"], output=image["output"]["S"])
    except ClientError as error:
        if error.response["Error"]["Code"] not in NOT_WAITING:
            raise
