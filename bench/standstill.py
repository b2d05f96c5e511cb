"""Notices when a processor stands still: the host of a virtual machine took it away, stopped the machine or moved it.

`python -m bench.standstill NUMBER` sleeps on that processor for 5 ms at a time, and prints each sleep that ended over
20 ms late: when it began (time.monotonic) and the seconds it was late. Seconds in which other programs had the
processor don't count: the kernel tells them. It runs until its input ends.
"""

import json
import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO, Self

from bench.waiting import NANOSECONDS

SLEEP_SECONDS = 0.005
LATE_SECONDS = 0.02
WAITS = Path("/proc/thread-self/schedstat")


class Watch:
    """A context: a program on each processor that this one may use looks for standstills."""

    def __init__(self) -> None:
        self.found: list[tuple[float, float]] = []
        """After the block: when each standstill began, by time.monotonic, and its seconds."""

    def __enter__(self) -> Self:
        until, self._until = os.pipe()
        self._programs = [
            Popen(
                [sys.executable, "-m", "bench.standstill", str(processor)],
                stdin=until,
                stdout=PIPE,
                text=True,
            )
            for processor in sorted(os.sched_getaffinity(0))
        ]
        os.close(until)
        self._readers = ThreadPoolExecutor(len(self._programs))
        self._printed = [self._readers.submit(program.communicate) for program in self._programs]
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._until)
        lines = [line for printed in self._printed for line in printed.result()[0].splitlines()]
        self.found = [(at, seconds) for at, seconds in map(json.loads, lines)]
        self._readers.shutdown()

    @property
    def pids(self) -> list[int]:
        """The programs."""
        return [program.pid for program in self._programs]


def standstills(until: IO[str]) -> Iterator[tuple[float, float]]:
    """Sleep again and again until something can be read, or the other end closes."""
    while True:
        began, waited = time.monotonic(), _waited()
        if select.select([until], [], [], SLEEP_SECONDS)[0]:
            return
        late = time.monotonic() - began - SLEEP_SECONDS - (_waited() - waited)
        if late > LATE_SECONDS:
            yield began, late


def _waited() -> float:
    return int(WAITS.read_text().split()[1]) / NANOSECONDS


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the soak, and so the input
    os.sched_setaffinity(0, {int(sys.argv[1])})
    for standstill in standstills(sys.stdin):
        print(json.dumps(standstill), flush=True)
