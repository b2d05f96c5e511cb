"""Clients of AWS's other services."""

from __future__ import annotations

from typing import Any, Literal

from botocore.config import Config

from shared.store.base import connection

FOR_TIMERS = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 3, "mode": "standard"})
"""For functions that start clocks: all attempts end, pauses included, before the function's 30 seconds do."""


def client(service: Literal["s3", "secretsmanager", "sqs", "stepfunctions"], config: Config) -> Any:
    """A client of the session that DynamoDB's client has: a session of its own costs a cold start 8 ms of CPU time."""
    return connection().session.create_client(service, config=config)
