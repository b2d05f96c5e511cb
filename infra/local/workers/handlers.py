"""The functions' handlers in this process: what Lambda does with an event."""

from __future__ import annotations

import importlib
import logging
import os
import sys
import time
from typing import Any

from shared.http import registry

HANDLER_SECONDS = 29.0
"""API Gateway waits this long for a function; the context tells the handler what is left of it."""

log = logging.getLogger(__name__)


class FunctionFailed(Exception):
    """The handler raised: Lambda calls it a function error."""


class Context:
    """The Lambda context object, as far as handlers use it."""

    def __init__(self, function_name: str, request_id: str) -> None:
        self.function_name = function_name
        self.aws_request_id = request_id
        self.memory_limit_in_mb = 512
        self.invoked_function_arn = f"arn:aws:lambda:local:000000000000:function:{function_name}"
        self._deadline = time.monotonic() + HANDLER_SECONDS

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the caller gives up."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def load(app: str) -> None:
    """Import the app, which registers all routes, and every endpoint.

    The DynamoDB client is made as well, so that processes forked from this one share it. It has no connection yet;
    each fork opens its own.
    """
    importlib.import_module(app)
    for route in registry.ROUTES:
        importlib.import_module(route.module)
    if "AWS_ENDPOINT_URL" in os.environ:
        _ = importlib.import_module("shared.store.base").connection().client


def invoke(module: str, event: dict[str, Any]) -> Any:
    """Run the handler of an endpoint's module on an event; its return value. Raises FunctionFailed."""
    name = module.rpartition(".")[2]
    context = Context(name, event["requestContext"]["requestId"])
    try:
        return getattr(sys.modules[module], name)(event, context)
    except Exception as error:
        log.exception("%s failed", module)
        raise FunctionFailed(f"{type(error).__name__} in {module}") from None
