"""A function from its import to its answers, as Lambda runs it; bench/cold.py starts this with the function's Python.

    python cold_start.py functions.users.get_me

Reads a line and imports the module; then each line is an event for the handler. After each step it writes a line of
JSON: CPU time and time in ms, and the handler's answer.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any


def step(work: Callable[[], Any]) -> Any:
    """Do it, write down what it took, and return what it returns."""
    cpu, clock = time.process_time(), time.perf_counter()
    found = work()
    cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
    answer = found if isinstance(found, dict) else None
    print(json.dumps({"cpu_ms": cpu * 1000, "ms": clock * 1000, "answer": answer}), flush=True)
    return found


if __name__ == "__main__":
    name = sys.argv[1]
    sys.stdin.readline()
    module = step(lambda: importlib.import_module(name))
    handler = getattr(module, name.rpartition(".")[2])
    for line in sys.stdin:
        event = json.loads(line)
        step(lambda: handler(event, SimpleNamespace(aws_request_id="cold")))  # noqa: B023 (called at once)
