"""Task of a schedule: does what lost clocks of matches and tournaments should have done."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint

from shared.http.task import task
from shared.store.base import utc_now
from shared.usecases.play.sweep import sweep

bp = Blueprint(__name__)


@task(bp)
def sweep_overdue(event: Mapping[str, Any]) -> None:
    """Sweep several times, some seconds apart: a schedule can't call more often than once a minute.

    A sweep that fails doesn't hold up the next one. At the end an ExceptionGroup has the failures of all.
    """
    failures: list[Exception] = []
    for n in range(event["sweeps"]):
        if n:
            time.sleep(event["every_seconds"])
        try:
            sweep(utc_now())
        except Exception as error:  # noqa: BLE001 (raised below)
            failures.append(error)
    if failures:
        raise ExceptionGroup("sweeps failed", failures)
