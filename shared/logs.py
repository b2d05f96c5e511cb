"""Logs: one JSON object per line on standard output, which people can read and CloudWatch can query."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from functools import cache

from shared.metrics import embedded
from shared.settings import settings

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Formats a record with its `extra` fields as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in _STANDARD},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


@cache
def log() -> logging.Logger:
    """The product's logger. Never give it a token, a password or a body."""
    logger = logging.getLogger("pong")
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logger.handlers[:] = [handler]
    logger.setLevel(settings().log_level)
    logger.propagate = False
    return logger


def count(metric: str, message: str, **fields: object) -> None:
    """Log a warning that CloudWatch also counts, as a metric (shared/metrics.py)."""
    log().warning(message, extra={**fields, metric: 1, **embedded({metric: "Count"})})
