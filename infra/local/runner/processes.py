"""Child processes of the local stack: started so that nothing of them can outlive the one who started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

TETHER = Path(__file__).with_name("tether.py")


@dataclass(slots=True)
class Child:
    """A running process, its log and what people call it."""

    name: str
    title: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        """Its process id, which is also that of its process group and session."""
        return self.process.pid

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def obituary(self) -> str:
        """How it ended and where to read more, in one line."""
        status = self.process.poll()
        if status is None:
            how = "still runs"
        elif status < 0:
            how = f"was ended by signal {signal.Signals(-status).name}"
        else:
            how = f"ended with status {status}"
        last = last_line(self.log)
        return f"{self.title} {how}; its log is {relative(self.log)}" + (
            f", and ends: {last}" if last else ""
        )

    def stop(self, seconds: float) -> bool:
        """Ask it to end, wait, then end it and all its descendants by force; whether it ended when asked."""
        deadline = time.monotonic() + seconds
        self.signal(signal.SIGTERM)
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
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


def spawn(
    name: str,
    title: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    *,
    pass_fds: Sequence[int] = (),
    death_signal: int = signal.SIGKILL,
) -> Child:
    """Start a Python program (`command` follows the interpreter) in a session of its own.

    Its own session keeps Ctrl-C away from it: stopping is the stack's business, in the right order. If the
    thread that calls this ends, however it ends, the kernel sends the child `death_signal`.
    """
    tether = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), str(int(death_signal))]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*tether, sys.executable, *command],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=pass_fds,
            start_new_session=True,
        )
    return Child(name, title, process, log)


def last_line(file: Path) -> str:
    """The last line of a log that isn't empty, or nothing."""
    lines = [line for line in file.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""


def relative(path: Path) -> str:
    """A path as a person in the project's directory would write it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
