"""The product's metrics in CloudWatch's embedded metric format: lines of the log that CloudWatch counts, no calls.

A dimension has few values: the stack, a game mode. Never a user, a code or an address: each value is a metric to pay.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.settings import settings

NAMESPACE = "Pong"

MOST_VALUES = 100
"""Of one metric in one line (CloudWatch user guide, embedded metric format specification)."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of the product."""

    unit: str
    """As CloudWatch calls it."""
    by_mode: bool = False
    """Whether it is there for each game mode, too."""


METRICS = {
    "MatchesStarted": Metric("Count", by_mode=True),
    # 1 for a match that ends without a result, 0 for any other end: the average is the share, the samples are all ends.
    "MatchVoid": Metric("Count", by_mode=True),
    # By each sweep, twice a minute.
    "MatchesRunning": Metric("Count"),
    # Of each ticket of a match that starts.
    "QueueWait": Metric("Milliseconds", by_mode=True),
    "TournamentsStarted": Metric("Count"),
    "TournamentsEnded": Metric("Count"),
    # Of each SSE container, once a minute: their sum is the number of all streams.
    "StreamsOpen": Metric("Count"),
    # From the change's begin to the queues of its receivers' streams: a sample of the minute's events.
    "EventDelay": Metric("Milliseconds"),
    # How old the oldest record may be that an SSE container has yet to read.
    "ReaderLag": Metric("Milliseconds"),
    # How often events may have been lost: all clients of a container are told to resync.
    "EventsLost": Metric("Count"),
    # Clients that read too slowly.
    "StreamsCutOff": Metric("Count"),
    "LimiterFailures": Metric("Count"),
    # Attempts at a step: SQS gives a clock ten. Lambda counts no errors of these.
    "MatchClockFailures": Metric("Count"),
    "OverdueSwept": Metric("Count"),
}
"""All metrics by name, but those of security events. Warnings count by `count` (shared/logs.py), others by `emit`."""


def emit(values: Mapping[str, float | Sequence[float]], *, mode: str = "") -> None:
    """Write a line with values of METRICS. None is written where METRICS_STACK is empty, as on a laptop."""
    if settings().metrics_stack:
        line = {**embedded({name: METRICS[name].unit for name in values}, mode=mode), **values}
        # One call, so that lines of other threads don't get between.
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def embedded(units: Mapping[str, str], *, mode: str = "") -> dict[str, Any]:
    """The fields by which CloudWatch finds metrics in a line. `units` are those of the metrics by name."""
    dimensions = {"Stack": settings().metrics_stack or "local"} | ({"Mode": mode} if mode else {})
    metrics = {
        "Namespace": NAMESPACE,
        "Dimensions": [["Stack"], ["Stack", "Mode"]] if mode else [["Stack"]],
        "Metrics": [{"Name": name, "Unit": unit} for name, unit in units.items()],
    }
    return {"_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [metrics]}, **dimensions}
