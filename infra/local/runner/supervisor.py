"""Keeps child processes running: what ends is started again, after pauses that grow, or ends the stack."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Mapping

from infra.local.runner.processes import Child, Program, StackError

STEADY_SECONDS = 30.0
"""A program that has run for this long is started again at once when it ends."""

LONGEST_PAUSE_SECONDS = 30.0


class Supervisor:
    """The children of a stack. A thread waits for the end of each.

    `report` gets sentences for people. `on_end` and `on_restart` are called with the name of a child that has ended
    and of one that was started again, from a thread of its own; a StackError or an OSError of `on_restart`, as of a
    full disk, ends the child once more.
    """

    def __init__(
        self, report: Callable[[str], None], on_end: Callable[[str], None], on_restart: Callable[[str], None]
    ) -> None:
        self.children: dict[str, Child] = {}
        self.failure: str | None = None
        """Why the stack ended by itself."""
        self.ended = threading.Event()
        self.is_up = False
        """Whether the stack stands. Until then no child may end."""
        self._report = report
        self._on_end = on_end
        self._on_restart = on_restart
        self._changing = threading.Lock()
        self._stopping = threading.Event()
        self._pauses: dict[str, float] = {}
        self._threads: list[threading.Thread] = []

    def start(self, program: Program) -> None:
        """Start a program, and keep it running. It ends, at the latest, with the thread that calls this."""
        child = self.children[program.name] = Child(program)
        thread = threading.Thread(target=self._keep, args=(child,), name=program.name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def expect_end(self, name: str) -> Child:
        """A child that will be ended on purpose: it is started again without a pause."""
        self._pauses[name] = 0.0
        return self.children[name]

    def wait_for(self, condition: Callable[[], bool], what: str, seconds: float) -> None:
        """Wait until the condition holds. Raises StackError when the stack fails, or after so many seconds."""
        deadline = time.monotonic() + seconds
        while not condition():
            if self.failure is not None:
                raise StackError(self.failure)
            if self._stopping.is_set():
                raise StackError("the stack is stopping")
            if time.monotonic() > deadline:
                raise StackError(f"gave up waiting for {what} after {seconds:g} s")
            time.sleep(0.02)

    def stop_watching(self) -> None:
        """From now on nothing is started again."""
        with self._changing:
            self._stopping.set()

    def stop(self, limits: Mapping[str, float]) -> bool:
        """Ask these children to end, and end them by force after so many seconds; whether all ended when asked."""
        stopping = [(self.children[name], limit) for name, limit in limits.items() if name in self.children]
        for child, _ in stopping:
            child.signal(signal.SIGTERM)
        ended = [child.stop(limit) for child, limit in stopping]
        return all(ended)

    def kill(self, name: str) -> None:
        """End a child by force, if it was started."""
        if name in self.children:
            self.children[name].kill()

    def join(self) -> None:
        """Wait for the threads, once all children have ended."""
        for thread in self._threads:
            thread.join()

    def _keep(self, child: Child) -> None:
        program = child.program
        while True:
            began = time.monotonic()
            child.process.wait()
            if self._stopping.is_set():
                return
            child.kill()  # what it started, if anything is left
            summary = child.exit_summary()
            if not (program.is_restarted and self.is_up):
                self.failure = self.failure or summary
                self.ended.set()
                return
            self._on_end(program.name)
            started = self._start_again(program, summary, time.monotonic() - began)
            if started is None:
                return
            child = started
            try:
                self._on_restart(program.name)
            except (StackError, OSError) as problem:
                if not self._stopping.is_set():
                    self._report(f"{program.title} can't go on: {problem}")
                child.kill()

    def _start_again(self, program: Program, why: str, lived: float) -> Child | None:
        """The child, once the system has started it, after a pause before each try; None when the stack stops."""
        while True:
            pause = self._pause(program.name, lived)
            self._report(f"{why}: starting it again" + (f" in {pause:g} s" if pause else ""))
            self._stopping.wait(pause)
            with self._changing:
                if self._stopping.is_set():
                    return None
                try:
                    child = self.children[program.name] = Child(program)
                except OSError as problem:  # no memory, or too many processes
                    why, lived = f"{program.title} can't be started ({problem.strerror})", 0.0
                else:
                    return child

    def _pause(self, name: str, lived: float) -> float:
        """Seconds to wait after a life of so many seconds: none at first, then 1, 2, 4, …"""
        pause = 0.0 if lived >= STEADY_SECONDS else self._pauses.get(name, 0.0)
        self._pauses[name] = min(LONGEST_PAUSE_SECONDS, 2 * pause or 1.0)
        return pause
