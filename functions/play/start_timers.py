"""Trigger of the table's stream: starts a state machine's execution for every new timer item."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import ClientError
from chalice.app import Blueprint

from shared.http.task import task
from shared.logs import log
from shared.settings import machine_arn
from shared.store.keys import TIMER_PREFIX

bp = Blueprint(__name__)


@cache
def _step_functions() -> Any:
    return botocore.session.get_session().create_client("stepfunctions")


@task(bp)
def start_timers(event: Mapping[str, Any]) -> dict[str, Any]:
    """Start one execution per timer, named after it, so that a repeated record starts nothing twice.

    From the first record that fails on, the batch is handed back to be retried.
    """
    for record in event["Records"]:
        try:
            _start(record["dynamodb"]["NewImage"])
        except Exception as error:  # noqa: BLE001 (whatever it is, the stream retries from here)
            number = record["dynamodb"]["SequenceNumber"]
            log().error("timer not started", exc_info=error, extra={"sequence_number": number})
            return {"batchItemFailures": [{"itemIdentifier": number}]}
    return {"batchItemFailures": []}


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
