"""The supervisor starts again what ends, however often; programs of a line stand for those of the stack."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from infra.local.runner import supervisor as module
from infra.local.runner.processes import LOG_END_BYTES, Child, Program, StackError, last_line
from infra.local.runner.supervisor import Supervisor
from tests.infra.runners import wait_until

LIVES = 'open("lives", "a").write("x"); import time; time.sleep(1000)'
"""A program that notes its start and stays."""


class Watched:
    """A supervisor with what it has told."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.problems: list[Exception] = []
        """What fails after each of the next starts."""
        self.supervisor = Supervisor(self.said.append, lambda _: None, self._restarted)

    def _restarted(self, _: str) -> None:
        if self.problems:
            raise self.problems.pop()

    def start(self, directory: Path, code: str, *, is_restarted: bool = True) -> None:
        """Keep a program running that notes each start in the directory's file `lives`."""
        program = Program(
            "one",
            "the program",
            [sys.executable, "-c", f"import os; os.chdir({str(directory)!r}); {code}"],
            dict(os.environ),
            directory / "one.log",
            is_restarted=is_restarted,
        )
        self.supervisor.start(program)
        self.supervisor.is_up = True


@pytest.fixture
def watched() -> Iterator[Watched]:
    made = Watched()
    yield made
    made.supervisor.stop_watching()
    made.supervisor.stop({"one": 5.0})
    made.supervisor.join()


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_PAUSE_SECONDS", 0.01)


def lives(directory: Path) -> int:
    file = directory / "lives"
    return len(file.read_text()) if file.exists() else 0


def has_lived(directory: Path, times: int) -> bool:
    return lives(directory) == times


def test_pauses_grow_up_to_half_a_minute_and_a_steady_life_ends_them() -> None:
    supervisor = Watched().supervisor

    assert [supervisor._pause("sse", 1.0) for _ in range(8)] == [0, 1, 2, 4, 8, 16, 30, 30]
    assert supervisor._pause("edge", 1.0) == 0
    assert [supervisor._pause("sse", lived) for lived in (30.0, 1.0, 1.0)] == [0, 1, 2]


@pytest.mark.usefixtures("short_pauses")
def test_ten_deaths_in_a_row_end_nothing(watched: Watched, tmp_path: Path) -> None:
    watched.start(tmp_path, LIVES)
    for death in range(1, 11):
        wait_until(partial(has_lived, tmp_path, death), f"life {death}")
        watched.supervisor.children["one"].signal(signal.SIGKILL)
    wait_until(lambda: lives(tmp_path) == 11, "the last life")

    assert not watched.supervisor.ended.is_set()
    assert len(watched.said) == 10
    assert all(line.startswith("the program was ended by signal SIGKILL") for line in watched.said)


def test_what_is_not_started_again_ends_the_stack_with_the_reason_in_one_line(
    watched: Watched, tmp_path: Path
) -> None:
    watched.start(tmp_path, "raise SystemExit('the disk is full')", is_restarted=False)

    assert watched.supervisor.ended.wait(30)
    assert watched.supervisor.failure is not None
    assert watched.supervisor.failure.startswith("the program ended with status 1; its log is ")
    assert watched.supervisor.failure.endswith("and ends: the disk is full")


@pytest.mark.usefixtures("short_pauses")
def test_a_program_that_the_system_can_not_start_is_tried_again(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.start(tmp_path, LIVES)
    wait_until(lambda: lives(tmp_path) == 1, "the first life")
    tries = iter([True, True, False])

    def child(program: Program) -> Child:
        if next(tries):
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        return Child(program)

    monkeypatch.setattr(module, "Child", child)
    watched.supervisor.children["one"].signal(signal.SIGKILL)
    wait_until(lambda: lives(tmp_path) == 2, "the second life")

    refusals = [line for line in watched.said if "can't be started" in line]
    assert (
        refusals
        == ["the program can't be started (Resource temporarily unavailable): starting it again in 0.01 s"]
        * 2
    )


@pytest.mark.usefixtures("short_pauses")
def test_a_full_disk_after_a_start_ends_the_program_once_more_and_not_the_watch(
    watched: Watched, tmp_path: Path
) -> None:
    watched.problems = [OSError(errno.ENOSPC, "No space left on device"), StackError("no engine")]
    watched.start(tmp_path, LIVES)
    wait_until(lambda: lives(tmp_path) == 1, "the first life")
    watched.supervisor.children["one"].signal(signal.SIGKILL)
    wait_until(lambda: not watched.problems, "both problems")
    wait_until(lambda: len(watched.said) == 5, "the third start")

    assert [line for line in watched.said if "can't go on" in line] == [
        "the program can't go on: no engine",
        "the program can't go on: [Errno 28] No space left on device",
    ]
    assert not watched.supervisor.ended.is_set()


def test_the_last_line_of_a_long_log_is_found_at_its_end(tmp_path: Path) -> None:
    log = tmp_path / "edge.log"
    for text, last in (
        ("", ""), ("\n\n", ""), ("one\n two \n\n", "two"), ("é" * LOG_END_BYTES + "\nthe end\n", "the end"),
    ):  # fmt: skip
        log.write_text(text)
        assert last_line(log) == last
