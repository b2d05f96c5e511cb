"""What a soak concludes from its measurements."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.plots import svg
from bench.soak import DOCS, overlap, unanswered_calls
from bench.soak_report import (
    BY_COLLECTION,
    BY_DISK,
    BY_MACHINE,
    BY_PROCESSOR,
    Sample,
    Slow,
    Soak,
    Write,
    goals,
    page,
    pictures,
    tables,
)
from bench.standstill import Watch
from bench.waiting import DISK, Waits, longest_waits, waited_for_disk

MIB = 1 << 20


def sample(at: float, engine: int, items: int) -> Sample:
    return Sample(at, {"engine": engine * MIB, "sse": 60 * MIB}, items, items, at / 10)


def slow(seconds: float, collecting: float = 0.0, waited: float = 0.0) -> Slow:
    return Slow(1.0, seconds, "guest", collecting, {"engine": waited, "edge": 0.0})


def soak(*slow_ones: Slow, engine: Sequence[int] = (80, 100, 120, 140, 160)) -> Soak:
    writes = [Write(at, 0.005, "message") for at in range(60)]
    writes += [Write(each.at, each.seconds, each.kind) for each in slow_ones]
    samples = [sample(15 * number, mib, 100 + 5_000 * number) for number, mib in enumerate(engine)]
    return Soak.of(
        "2 cores",
        1,
        sorted(writes, key=lambda w: w.at),
        list(slow_ones),
        samples,
        [(1.0, 0.02)],
        999,
        [(1.0, 0.03)],
    )


def met(found: Soak) -> list[bool]:
    return [goal.met for goal in goals(found)]


def test_all_goals_are_met_by_quick_writes_and_even_growth() -> None:
    assert met(soak()) == [True, True, True]


def test_a_write_over_100_ms_misses_the_first_goal_and_the_second_if_it_had_a_processor() -> None:
    assert met(soak(slow(0.3, waited=0.29))) == [False, True, True]
    assert met(soak(slow(0.3, collecting=0.29))) == [False, False, True]


def test_a_slow_write_is_explained_by_a_call_that_the_handlers_log_says_was_made_again() -> None:
    line = (
        '{"at": "2026-11-27T10:00:00.250+00:00", "level": "warning", "message": "DynamoDB did not answer",'
        ' "operation": "GetItem", "attempt": 1, "status": null, "error": "ConnectionClosedError"}'
    )
    ((at, call),) = unanswered_calls(f"started\n{line}\n")
    assert (at % 1, call) == (0.25, "GetItem made again after ConnectionClosedError")
    assert "GetItem made again" in tables(soak(Slow(1.0, 0.4, "message", 0.0, {"engine": 0.0}, [call])))


def test_memory_that_grows_faster_than_what_is_stored_misses_its_goal() -> None:
    assert met(soak(engine=(80, 140, 150, 170, 195))) == [True, True, False]


def test_a_slow_writes_cause_is_what_took_most_of_it() -> None:
    causes = [slow(0.3, collecting=0.2), slow(0.3, waited=0.2), slow(0.3, 0.1, 0.1)]
    assert [each.cause() for each in causes] == [BY_COLLECTION, BY_PROCESSOR, "unknown"]
    assert f"| {BY_COLLECTION} |" in tables(soak(causes[0]))

    on_disk = Slow(1.0, 0.3, "guest", 0.0, {"engine": 0.05}, disk=0.2)
    assert on_disk.cause() == BY_DISK
    assert met(soak(on_disk)) == [False, True, True]

    without_a_processor = Slow(1.0, 0.3, "guest", 0.0, {"engine": 0.0}, still=0.25)
    assert without_a_processor.cause() == BY_MACHINE
    assert met(soak(without_a_processor)) == [False, True, True]


def test_a_write_s_part_of_a_pause_is_what_lies_in_both() -> None:
    write = slow(0.3)
    assert overlap(write, [(0.9, 0.2), (1.2, 5.0), (7.0, 1.0)]) == pytest.approx(0.2)


def test_a_program_that_is_stopped_has_seen_a_standstill() -> None:
    with Watch() as watch:
        stopped = watch.pids[0]
        while sleeps(stopped) < 3 or len(os.sched_getaffinity(stopped)) > 1:  # the program has not begun
            time.sleep(0.01)
        os.kill(stopped, signal.SIGSTOP)
        time.sleep(0.1)
        slept = sleeps(stopped)
        os.kill(stopped, signal.SIGCONT)
        while sleeps(stopped) < slept + 3:  # it hasn't printed
            time.sleep(0.01)
    assert max(seconds for _, seconds in watch.found) > 0.05


def sleeps(pid: int) -> int:
    """How often a process has waited for something."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("\nvoluntary_ctxt_switches:")[2].split()[0])


def test_figures_are_the_same_after_reading_them_from_their_file() -> None:
    found = soak(slow(0.3, waited=0.2))
    assert Soak.of_json(found.to_json()) == found


def test_every_plot_shows_the_whole_time() -> None:
    for plot in pictures(soak(slow(0.06))):
        ET.fromstring(svg([plot]))
        assert max(x for series in plot.series for x, _ in series.points) == pytest.approx(1, abs=0.05)


@pytest.mark.skipif(not DOCS.exists(), reason="no soak has been published")
def test_the_published_page_and_plots_are_made_from_the_published_figures() -> None:
    found = Soak.of_json((DOCS / "soak.json").read_text())
    assert (DOCS / "soak.md").read_text() == page(found)
    assert (DOCS / "soak.svg").read_text() == svg(pictures(found))


def test_the_waits_of_a_process_grow_while_another_one_runs_on_its_processor() -> None:
    processor = min(os.sched_getaffinity(0))
    busy = [sys.executable, "-c", f"import os; os.sched_setaffinity(0, {{{processor}}})\nwhile True: pass"]
    with subprocess.Popen(busy) as one, subprocess.Popen(busy) as other:
        try:
            waits = Waits({"one": [one.pid]})
            before = waits.read()
            while longest_waits(before, waits.read())["one"] < 0.01:
                waits.find_threads()
        finally:
            one.kill()
            other.kill()


def test_the_longest_wait_of_one_thread_counts_and_not_the_sum() -> None:
    first, second = Path("first"), Path("second")
    before, after = {"edge": {first: 1.0, second: 2.0}}, {"edge": {first: 1.5, second: 2.25}}
    assert longest_waits(before, after) == {"edge": 0.5}


@pytest.mark.skipif(not DISK.exists(), reason="the kernel doesn't count")
def test_the_waits_for_the_disk_never_become_less() -> None:
    assert 0 <= waited_for_disk() <= waited_for_disk()
