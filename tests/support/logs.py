"""What the product logs during a test, as CloudWatch gets it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shared.logs import JsonLines, log


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.found: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(json.loads(self.format(record)))


@contextmanager
def logging_to() -> Iterator[list[dict[str, Any]]]:
    """The lines that are logged meanwhile, from INFO on."""
    handler, level = _Lines(), log().level
    log().addHandler(handler)
    log().setLevel(logging.INFO)
    try:
        yield handler.found
    finally:
        log().removeHandler(handler)
        log().setLevel(level)
