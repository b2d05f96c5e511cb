"""The decorator for Lambdas without a route: tasks of state machines, and the trigger of the table's stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import Blueprint

from shared.http.lambdas import register
from shared.logs import log
from shared.usecases.rerun import PATIENT_RERUNS, rerun

TaskFunction = Callable[[Mapping[str, Any], Any], Any]

TASKS: dict[str, str] = {}
"""Every task's module by name. The package for AWS holds them besides the routes."""


def task(bp: Blueprint) -> Callable[[Callable[[Mapping[str, Any]], Any]], TaskFunction]:
    """Make a handler of events a Lambda function.

    The handler must be idempotent: callers repeat a call that failed. A handler that loses a race runs again here.
    """

    def decorate(handler: Callable[[Mapping[str, Any]], Any]) -> TaskFunction:
        name = handler.__name__
        TASKS[name] = handler.__module__

        def function(event: Mapping[str, Any], _context: Any) -> Any:
            try:
                result = rerun(lambda: handler(event), PATIENT_RERUNS)
            except Exception as error:
                log().error("task failed", exc_info=error, extra={"task": name})
                raise
            log().info("task", extra={"task": name})
            return result

        return register(bp, handler, function)

    return decorate
