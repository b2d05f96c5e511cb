"""Trigger of the queue of match clocks: takes the step at which a clock has arrived."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from chalice.app import Blueprint

from shared.http.task import task
from shared.logs import log
from shared.metrics import emit
from shared.store.play import clock_queue
from shared.store.play.clock_queue import CONNECT, Clock
from shared.usecases.play import match_clock
from shared.usecases.rerun import PATIENT_RERUNS, rerun

bp = Blueprint(__name__)


@task(bp)
def run_match_clock(event: Mapping[str, Any]) -> dict[str, Any]:
    """Void or close the matches whose clocks have arrived.

    The answer names the messages that failed: SQS gives them again, ten times, then they go to the failure queue.
    """
    failed = []
    for record in event["Records"]:
        try:
            _run(Clock.arrived(record["body"]))
        except Exception as error:  # noqa: BLE001 (SQS repeats it)
            log().error("a match clock failed", exc_info=error, extra={"message_id": record["messageId"]})
            emit({"MatchClockFailures": 1})
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _run(clock: Clock) -> None:
    if clock.seconds:
        clock_queue.send([clock])
        return
    outcome = rerun(partial(match_clock.take, clock.step, clock.match_id), PATIENT_RERUNS)
    if clock.step == CONNECT and outcome == "goes on":
        clock_queue.send([clock.next()])
