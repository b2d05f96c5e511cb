"""The directory that keeps a stack's data (PERSIST): checked and locked before anything starts, saved while it runs."""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from infra.local.engine import snapshot
from infra.local.runner.processes import StackError, relative

LOCK = "lock"
GITIGNORE = ".gitignore"
OURS = {LOCK, GITIGNORE, snapshot.FILE, snapshot.BEFORE, snapshot.CODE}

SAVE_PATH = "/_pong/save"

SHORTEST_PAUSE_SECONDS = 2.0

SHARE = 10
"""A pause is so many times as long as the saving before it: a large table is saved less often."""

SAVE_SECONDS = 150.0
"""The longest wait for a saving; the engine itself ends one after two minutes."""

LAST_SAVING_SECONDS = 20.0

OTHER = "name another directory (PERSIST=directory)"


class DataDirectory:
    """A directory with the engine's snapshots (infra/local/engine/snapshot.py). One stack at a time has it."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.lock: int | None = None
        """The descriptor that holds the lock. Processes that write here inherit it, and hold the lock with it."""

    def __str__(self) -> str:
        return relative(self.path)

    def claim(self, port: int) -> None:
        """Lock it for the stack on this port, and check what it holds. Raises StackError."""
        if self.path.exists() and not self.path.is_dir():
            raise StackError(f"{self} is a file and can't keep the data: {OTHER}")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._check_strangers()
            self._lock(port)
            self._hide_from_git()
        except OSError as problem:
            raise StackError(
                f"{self} can't keep the data ({problem.strerror}): make it writable, or {OTHER}"
            ) from None
        self._check_snapshot()

    def release(self) -> None:
        """Give it up."""
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None

    def _lock(self, port: int) -> None:
        file = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        deadline = time.monotonic() + LAST_SAVING_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                holder = os.pread(file, 100, 0).decode()
            # A stack that was killed has left its engine, which saves for the last time.
            if _is_running(holder) or time.monotonic() > deadline:
                os.close(file)
                raise StackError(
                    f"{self} is in use by {holder or 'another program'}: stop it, or {OTHER}"
                ) from None
            time.sleep(0.05)
        os.ftruncate(file, 0)
        os.pwrite(file, f"the stack on port {port}, process {os.getpid()}".encode(), 0)
        self.lock = file

    def _check_strangers(self) -> None:
        names = {entry.name for entry in self.path.iterdir()}
        strangers = sorted(name for name in names - OURS if not name.endswith(".new"))
        if strangers and snapshot.FILE not in names:
            raise StackError(f"{self} holds other files ({strangers[0]}, ...) and no saved state: {OTHER}")

    def _hide_from_git(self) -> None:
        """Data doesn't belong into a repository."""
        file = self.path / GITIGNORE
        if not file.exists():
            file.write_text("*\n")

    def _check_snapshot(self) -> None:
        try:
            if snapshot.read(self.path) is None and (self.path / snapshot.BEFORE).exists():
                raise snapshot.Damaged(f"{snapshot.FILE} is missing")  # noqa: TRY301 - one sentence for all damage
        except snapshot.Damaged as problem:
            back = f"mv {self}/{snapshot.BEFORE} {self}/{snapshot.FILE}"
            way = (
                f"go back to the state saved before ({back})"
                if self._has_one_before()
                else "restore a copy of it"
            )
            raise StackError(
                f"the data in {self} is damaged: {problem}. {way.capitalize()}, or {OTHER}"
            ) from None
        except OSError as problem:
            raise StackError(
                f"the data in {self} can't be read ({problem.strerror}): make it readable"
            ) from None

    def _has_one_before(self) -> bool:
        with suppress(snapshot.Damaged):
            return snapshot.read(self.path, snapshot.BEFORE) is not None
        return False


def _is_running(holder: str) -> bool:
    """Whether the process is there that has written this into the lock."""
    process = holder.rpartition(" ")[2]
    return process.isdigit() and Path(f"/proc/{process}").exists()


class NotSaved(Exception):
    """The engine could not save; why."""


class Saver:
    """Has the engine save every few seconds, and tells when it can't."""

    def __init__(self, engine_url: str, report: Callable[[str], None]) -> None:
        self._address = urlsplit(engine_url).netloc
        self._report = report
        self._problem = ""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="saver", daemon=True)

    def start(self) -> None:
        """Save from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Save no more by itself."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def save(self) -> float:
        """Save what has changed; the seconds it took. Raises NotSaved, or OSError if the engine doesn't answer."""
        connection = http.client.HTTPConnection(self._address, timeout=SAVE_SECONDS)
        try:
            connection.request("POST", SAVE_PATH)
            answer = json.load(connection.getresponse())
        except http.client.HTTPException as problem:
            raise OSError(repr(problem)) from problem
        finally:
            connection.close()
        if "problem" in answer:
            raise NotSaved(answer["problem"])
        return float(answer["saved_seconds"])

    def _run(self) -> None:
        pause = SHORTEST_PAUSE_SECONDS
        while not self._stopping.wait(pause):
            try:
                pause = max(SHORTEST_PAUSE_SECONDS, SHARE * self.save())
                problem = ""
            except NotSaved as failure:
                problem = str(failure)
            except OSError:
                continue  # it is starting again: the supervisor's business
            if problem != self._problem:
                self._report(f"the data can't be saved: {problem}" if problem else "the data is saved again")
                self._problem = problem
