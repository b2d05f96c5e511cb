"""Child processes of the local stack: started so that none of them can outlive the runner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.local.settings import ROOT

PARENT_DEATH = Path(__file__).parents[1] / "parent_death.py"

LOG_END_BYTES = 64 * 1024
"""So much of a log is read for its last line."""


class StackError(Exception):
    """Why the stack can't start or go on, in one line for the person who started it."""


@dataclass(frozen=True, slots=True)
class Program:
    """What a child process runs."""

    name: str
    """In run.json."""
    title: str
    """In sentences for people."""
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    """Gets what it writes to its standard output and error."""
    death_signal: int = signal.SIGKILL
    """The kernel sends it when the thread that started the program ends."""
    is_restarted: bool = True
    """Whether it is started again when it ends; otherwise its end is the stack's."""
    inherited: tuple[int, ...] = ()
    """Descriptors that it keeps open as well."""


def tied(command: Sequence[str], death_signal: int) -> list[str]:
    """The command of a child process that gets the signal when this process (strictly: this thread) ends."""
    tie = [sys.executable, "-I", "-S", str(PARENT_DEATH), str(os.getpid()), str(int(death_signal))]
    return [*tie, *command]


class Child:
    """A running program, in a session of its own.

    That keeps Ctrl-C away from it: stopping is the stack's business, in the right order.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        with program.log.open("ab") as output:
            self.process = subprocess.Popen(
                tied(program.command, program.death_signal),
                cwd=ROOT,
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=program.inherited,
            )

    @property
    def pid(self) -> int:
        """Its process id, which is also that of its process group and session."""
        return self.process.pid

    def exit_summary(self) -> str:
        """How it ended and where to read more, in one line."""
        status = self.process.wait()
        how = (
            f"was ended by signal {signal.Signals(-status).name}"
            if status < 0
            else f"ended with status {status}"
        )
        last = last_line(self.program.log)
        where = f"its log is {relative(self.program.log)}" + (f", and ends: {last}" if last else "")
        return f"{self.program.title} {how}; {where}"

    def stop(self, seconds: float) -> bool:
        """Ask it to end, wait, then end it and all its descendants by force; whether it ended when asked."""
        self.signal(signal.SIGTERM)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        finally:
            self.kill()
        return True

    def signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """End the whole process group at once: also what it started."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        finally:
            self.process.wait()


def run(
    module: str, *arguments: str, what: str, environment: Mapping[str, str], log: Path, seconds: float
) -> str:
    """Run a program of ours to its end; its output. Raises StackError when it fails, or takes too long."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        with log.open("wb") as errors:
            ran = subprocess.run(
                command, cwd=ROOT, env=dict(environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=errors, text=True, timeout=seconds, check=False,
            )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise StackError(f"gave up waiting for {what} after {seconds:g} s") from None
    if ran.returncode:
        raise StackError(f"{what} failed: {last_line(log)} (all of it is in {relative(log)})")
    return ran.stdout


def last_line(file: Path) -> str:
    """The last line of a log that isn't empty, or nothing. Reads the end of the log only, which may be large."""
    with file.open("rb") as log:
        log.seek(-min(LOG_END_BYTES, log.seek(0, os.SEEK_END)), os.SEEK_END)
        lines = [line for line in log.read().decode(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""


def relative(path: Path) -> str:
    """A path as a person in the project's directory would write it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
