"""Saves the engine's state while it runs, and loads it when it starts.

MiniStack 1.5.33 saves only when it is asked to stop, and copies the whole state first, which stops all requests. Here a
forked process writes it: the fork has a picture of one moment between two requests, and the engine goes on meanwhile.
The files are snapshot.py's. What each service saves and loads is MiniStack's business (get_state,
load_persisted_state); the streams of tables, which MiniStack doesn't save, are added.

Runs in the engine's environment.
"""
# ruff: noqa: SLF001 (MiniStack has no public way to its services)

from __future__ import annotations

import asyncio
import copy
import gc
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from ministack import app as gateway
from ministack.core import persistence
from ministack.services import dynamodb, lambda_svc

from infra.local.engine import snapshot
from infra.local.parent_death import die_with_parent

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

PATH = "/_pong/save"
"""POST saves what has changed since the last time, and answers when it is on the disk."""

READS = ("Get", "Describe", "List", "Query", "Scan", "BatchGet", "TransactGet")
"""Actions whose names begin so change nothing."""

NICENESS = 10

LONGEST_SECONDS = 120
"""A saving process that takes longer is ended."""


class SavingEngine:
    """The engine, which keeps its state in a directory."""

    def __init__(self, engine: Application, directory: Path) -> None:
        self._engine = engine
        self._directory = directory
        self._changes = 1
        self._saved_changes = 0
        self._saving = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on to the engine, and note what may have changed it."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == PATH:
            await self._answer(send)
        else:
            if may_change(scope):
                self._changes += 1
            await self._engine(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def load_first(message: dict[str, Any]) -> None:
            if message["type"] == "lifespan.startup.complete":
                load(self._directory)
            await send(message)

        async def save_last() -> dict[str, Any]:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                await self._save()
            return message

        await self._engine(scope, save_last, load_first)

    async def _answer(self, send: Send) -> None:
        try:
            answer: dict[str, Any] = {"saved_seconds": await self._save()}
            status = 200
        except snapshot.NotSaved as problem:
            answer, status = {"problem": str(problem)}, 500
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    async def _save(self) -> float:
        """Save unless nothing has changed; the seconds that it took, 0 without a change. Raises NotSaved."""
        async with self._saving:
            changes = self._changes
            if changes == self._saved_changes:
                return 0.0
            began = time.monotonic()
            reading, writing = os.pipe()
            engine = os.getpid()
            process = os.fork()
            if process == 0:
                write_and_exit(self._directory, writing, engine)
            os.close(writing)
            problem, status = await asyncio.to_thread(_end_of, process, reading)
            if status:
                raise snapshot.NotSaved(problem or f"the process that saves ended with status {status}")
            self._saved_changes = changes
            return time.monotonic() - began


def may_change(scope: Scope) -> bool:
    """Whether a request may change what is saved."""
    target = next((value for name, value in scope["headers"] if name == b"x-amz-target"), b"")
    action = target.decode("latin-1").rpartition(".")[2]
    return not action.startswith(READS) if action else scope["method"] not in ("GET", "HEAD", "OPTIONS")


def _same(value: Any, _memo: Any = None) -> Any:
    return value


def _end_of(process: int, reading: int) -> tuple[str, int]:
    """What a saving process tells, and its exit status."""
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    _, status = os.waitpid(process, 0)
    return told, os.waitstatus_to_exitcode(status)


def write_and_exit(directory: Path, problems: int, engine: int) -> NoReturn:
    """Save in this process, a fork of the engine, and end it."""
    status = 1
    try:
        # Connections must not stay open when the engine ends before this process.
        os.closerange(3, problems)
        os.closerange(problems + 1, os.sysconf("SC_OPEN_MAX"))
        signal.set_wakeup_fd(-1)
        die_with_parent(signal.SIGKILL, engine)
        signal.alarm(LONGEST_SECONDS)
        os.nice(NICENESS)
        gc.disable()
        # Nothing else uses this process's memory: the copies that services make of their state aren't needed.
        copy.deepcopy = _same  # type: ignore[assignment]
        snapshot.write(
            directory, json.dumps(state(), default=persistence._json_default).encode(), code_files()
        )
        status = 0
    except OSError as problem:
        os.write(problems, f"{problem.strerror or problem}: {problem.filename or directory}".encode())
    except BaseException as problem:  # noqa: BLE001 - told to the engine's caller
        os.write(problems, repr(problem).encode())
    finally:
        os._exit(status)


def state() -> dict[str, Any]:
    """All that is saved."""
    found = {name: get() for name, get in gateway._build_persistence_save_dict().items()}
    services = {name: each for name, each in found.items() if each}
    streams = {"records": dynamodb._stream_records, "trimmed": dynamodb._stream_trimmed}
    return {"services": services, "streams": streams}


def code_files() -> list[Path]:
    """The files beside the snapshot that hold the functions' code; the service has just written them."""
    return sorted(Path(lambda_svc.CODE_BLOB_DIR).glob("*.zip"))


def load(directory: Path) -> None:
    """Take over what was saved last, if anything was. Raises Damaged."""
    payload = snapshot.read(directory)
    if payload is None:
        return
    saved = json.loads(payload, object_hook=persistence._json_object_hook)
    dynamodb._stream_records.update(saved["streams"]["records"])
    dynamodb._stream_trimmed.update(saved["streams"]["trimmed"])
    for name, each in saved["services"].items():
        gateway._get_module(gateway._state_map[name]).load_persisted_state(each)
