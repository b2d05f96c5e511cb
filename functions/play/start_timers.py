"""Trigger of the table's stream: starts clocks for new timer items, answers executions for new wake items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from chalice.app import Blueprint

from shared.http.task import task
from shared.logs import log
from shared.settings import machine_arn
from shared.store.keys import TIMER_PREFIX
from shared.store.play import clock_queue
from shared.store.play.clock_queue import MATCH_CLOCK, Clock, NotSent
from shared.store.services import FOR_TIMERS, client

bp = Blueprint(__name__)

Image = Mapping[str, Mapping[str, str]]
"""A new item, as the stream shows it."""

Action = Callable[[], None]

NOT_WAITING = frozenset({"TaskDoesNotExist", "TaskTimedOut", "InvalidToken"})
"""Errors for a token that has had its answer, or whose task has timed out."""


@cache
def _step_functions() -> Any:
    """The one client of this process."""
    return client("stepfunctions", FOR_TIMERS)


@task(bp)
def start_timers(event: Mapping[str, Any]) -> None:
    """Start a clock for each timer item, and answer an execution for each wake item.

    After an error the stream delivers the whole batch again. An execution has its timer's name, so that a repeated
    record starts nothing twice; a match clock may wait in its queue twice.
    """
    executions: list[tuple[str, Action]] = []
    clocks: list[Image] = []
    for record in event["Records"]:
        image = record["dynamodb"]["NewImage"]
        if not image["pk"]["S"].startswith(TIMER_PREFIX):
            executions.append(("answer", partial(_answer, image)))
        elif image["machine"]["S"] != MATCH_CLOCK:
            executions.append((image["machine"]["S"], partial(_start, image)))
        else:
            clocks.append(image)
    failures = [*_failures([(MATCH_CLOCK, partial(_send, clocks))]), *_failures(executions)]
    if failures:
        raise failures[0]


def _failures(actions: Iterable[tuple[str, Action]]) -> Iterator[Exception]:
    """Do what can be done; log and give the failures. Trouble of a service ends it: the rest would have it, too."""
    for name, action in actions:
        try:
            action()
        except Exception as error:  # noqa: BLE001 (raised by the caller)
            log().error("a timer is not started", exc_info=error, extra={"timer": name})
            yield error
            if isinstance(error, (BotoCoreError, ClientError, NotSent)):
                return


def _send(images: Sequence[Image]) -> None:
    clock_queue.send([Clock.asked_for(image["input"]["S"]) for image in images])


def _start(image: Image) -> None:
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


def _answer(image: Image) -> None:
    try:
        _step_functions().send_task_success(taskToken=image["token"]["S"], output=image["output"]["S"])
    except ClientError as error:
        if error.response["Error"]["Code"] not in NOT_WAITING:
            raise
