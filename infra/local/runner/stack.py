"""The whole product on this machine: engine, SSE process, edge with its workers, started and watched.

`make run` and the tests use the same class:

    with Stack(settings={"CONNECT_TIMEOUT_SECONDS": "1"}) as stack:
        ...stack.url, stack.ca, stack.service_token()...
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from infra.local.children import ROOT as ROOT
from infra.local.children import Child, last_line, relative, spawn
from infra.local.engine_state import forget_stream_positions

HOST = "127.0.0.1"

REGION = "us-east-1"

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
"""What emulators of AWS take for an account."""

POOLS: list[dict[str, Any]] = [
    {"name": "default", "processes": 2, "threads": 4},
    {"name": "cpu_heavy", "processes": 1, "threads": 2, "nice": 10},
]

ENGINE_START_SECONDS = 30.0
DEPLOY_SECONDS = 90.0
CHILD_START_SECONDS = 30.0

SSE_STOP_SECONDS = 8.0
EDGE_STOP_SECONDS = 5.0
ENGINE_STOP_SECONDS = 15.0

MAX_SSE_DEATHS = 3
SSE_DEATHS_WINDOW_SECONDS = 30.0

INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")
"""All that the children get from the environment of who starts the stack, besides the product's settings."""


class StackError(Exception):
    """Why the stack can't start or go on, in one line for the person who started it."""


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def engine_command(port: str) -> list[str]:
    """The embedded AWS engine on this port (arguments of Python), which GATEWAY_PORT has to name as well.

    MiniStack is an ASGI application that starts itself in Hypercorn. More than half of what a DynamoDB call took
    was Hypercorn's, which parses HTTP in Python; uvicorn's parser is C.
    """
    options = {
        "host": HOST, "port": port, "http": "httptools", "loop": "asyncio", "ws": "none", "lifespan": "on",
        "timeout-keep-alive": "75", "timeout-graceful-shutdown": "3",
    }  # fmt: skip
    named = [word for name, value in options.items() for word in (f"--{name}", value)]
    # The engine sends a Date of its own, and no Server, as AWS does.
    quiet = ["--no-access-log", "--no-server-header", "--no-date-header"]
    return ["-m", "uvicorn", *named, *quiet, "--app-dir", str(ROOT), "infra.local.engine:app"]


def remove_tree(directory: Path) -> None:
    """Remove a directory with all that is in it, if it is there. (shutil would stay in memory for this.)"""
    for place, directories, files in os.walk(directory, topdown=False):
        for name in files:
            Path(place, name).unlink(missing_ok=True)
        for name in directories:
            path = Path(place, name)
            if path.is_symlink():
                path.unlink()
            else:
                path.rmdir()
    if directory.exists():
        directory.rmdir()


class Stack:
    """A running local stack; a context manager. `port` 0 means any free one.

    `settings` are the product's settings, by the names of their environment variables, for all processes.
    `persist` is a directory that keeps the data. `report` is told what is being done, in short sentences.
    """

    _edge_needs_deployment = False
    """Whether the edge can be started only when the deployment's outputs are known."""

    def __init__(
        self,
        port: int = 0,
        *,
        settings: Mapping[str, str] | None = None,
        persist: Path | None = None,
        report: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.port = port or free_port()
        self.url = f"https://localhost:{self.port}"
        self.engine_url = f"http://{HOST}:{free_port()}"
        self.directory = ROOT / ".local" / str(self.port)
        self.failure: str | None = None
        """Why the stack ended by itself."""
        self.ended = threading.Event()
        self.outputs: dict[str, str] = {}
        """What the deployment says: table, stream, machines."""
        self._is_temporary = not port
        self._persist = persist
        self._report = report
        self._sse_port = free_port()
        self._children: dict[str, Child] = {}
        self._workers: dict[str, Any] = {}
        self._sse_deaths: deque[float] = deque(maxlen=MAX_SSE_DEATHS)
        self._changing = threading.Lock()
        self._stopping = False
        self._watcher: threading.Thread | None = None
        self._wake_reader, self._wake_writer = os.pipe()
        self._lock_file: int | None = None
        self._settings = {
            "TABLE_NAME": "pong",
            "PUBLIC_URL": self.url,
            # AWS allows five reads of a shard a second, this engine more: events come sooner.
            "SSE_POLL_SECONDS": "0.02",
            **(settings or {}),
            "SSE_HOST": HOST,
            "SSE_PORT": str(self._sse_port),
        }

    # ── what those who use it ask ────────────────────────────────────────────────────────────────────────

    @property
    def ca(self) -> Path:
        """The certificate to verify the edge with."""
        return self.directory / "ca.pem"

    @property
    def logs(self) -> Path:
        """The directory of all logs."""
        return self.directory / "logs"

    @property
    def table_name(self) -> str:
        """The name of the table."""
        return self._settings["TABLE_NAME"]

    @property
    def where_data_is(self) -> str:
        """What becomes of the data, in words."""
        if self._persist:
            return f"kept in {self._persist}"
        return "in memory, gone when this stops (make run PERSIST=directory keeps it)"

    @property
    def environment(self) -> dict[str, str]:
        """What any process of the product needs in its environment to work on this stack."""
        return {
            **{name: os.environ[name] for name in INHERITED if name in os.environ},
            "AWS_ENDPOINT_URL": self.engine_url,
            "AWS_DEFAULT_REGION": REGION,
            **CREDENTIALS,
            # Nothing of the person's own AWS configuration may reach the local stack.
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "*",
            **self._token_settings(),
            **self._settings,
        }

    @property
    def pids(self) -> dict[str, Any]:
        """Process ids: the runner, its children by name, and the handler workers (pid -> pool)."""
        children = {name: child.pid for name, child in self._children.items()}
        return {"runner": os.getpid(), **children, "workers": self._workers}

    def service_token(self) -> str:
        """A service token for the private API, as `make service-token` prints it."""
        command = [sys.executable, "-m", "infra.local.service_token", "--port", str(self.port)]
        made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return made.stdout.strip()

    def kill(self, name: str, number: int = signal.SIGKILL) -> int:
        """Send a signal to a child (`engine`, `sse`, `edge`); its process id."""
        child = self._children[name]
        child.signal(number)
        return child.pid

    def restart_sse(self, seconds: float = CHILD_START_SECONDS) -> None:
        """Kill the SSE process without warning and wait until its successor accepts clients.

        Deaths on purpose don't count as signs of a process that can't live.
        """
        killed = self.kill("sse")
        self._await(
            lambda: self._children["sse"].pid != killed and self._answers(self._sse_port, "/healthz"),
            "the SSE process to come back",
            seconds,
        )
        self._sse_deaths.clear()

    # ── start and stop ───────────────────────────────────────────────────────────────────────────────────

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start everything and wait until all of it answers.

        Raises StackError when that can't be; then, as after any exception, nothing is left running.
        """
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        self._claim()
        self._start_engine()
        self._make_certificate()
        ready = None if self._edge_needs_deployment else self._start_edge()
        self._await_engine()
        self._deploy()
        self._report("starting the SSE process ...")
        self._start_sse()
        ready = self._start_edge() if ready is None else ready
        self._await(lambda: self._answers(self._sse_port, "/healthz"), "the SSE process", CHILD_START_SECONDS)
        self._workers = self._read_ready(ready)
        self._await(lambda: self._accepts(self.port), "the edge", CHILD_START_SECONDS)
        self._watcher = threading.Thread(target=self._watch, name="watcher", daemon=True)
        self._watcher.start()
        self._write_run_file()

    def _make_certificate(self) -> None:
        if not (self.ca.exists() and (self.directory / "server.pem").exists()):
            self._report("making a certificate for localhost ...")
            self._run("infra.local.certificate", str(self.directory), what="the certificate", seconds=30)

    def _await_engine(self) -> None:
        port = int(self.engine_url.rpartition(":")[2])
        self._await(lambda: self._answers(port, "/_ministack/health"), "the AWS engine", ENGINE_START_SECONDS)

    def stop(self) -> None:
        """End everything: streams and requests first, then the engine, which saves what it should keep."""
        with self._changing:
            self._stopping = True
        os.write(self._wake_writer, b".")
        if self._watcher is not None:
            self._watcher.join()
        front = [self._children[name] for name in ("sse", "edge") if name in self._children]
        for child in front:
            child.signal(signal.SIGTERM)
        for child, seconds in zip(front, (SSE_STOP_SECONDS, EDGE_STOP_SECONDS), strict=False):
            child.stop(seconds)
        if "engine" in self._children:
            engine = self._children["engine"]
            if self._persist is None:
                engine.kill()
            elif not engine.stop(ENGINE_STOP_SECONDS):
                self._report("the AWS engine did not end in time: what it held is not saved")
        self._release()
        self.ended.set()

    def _claim(self) -> None:
        for taken in (self.directory, self.logs):
            taken.mkdir(parents=True, exist_ok=True)
        self._lock_file = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(
                f"a stack runs on port {self.port} already: stop it, or choose another port (make run PORT=…)"
            ) from None
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, self.port))
            except OSError as error:
                raise StackError(
                    f"port {self.port} can't be used ({error.strerror}): stop what listens there,"
                    " or choose another port (make run PORT=…)"
                ) from None
        for log in self.logs.iterdir():
            log.unlink()

    def _release(self) -> None:
        if self._lock_file is None:
            return
        (self.directory / "run.json").unlink(missing_ok=True)
        remove_tree(self.directory / "tmp")
        if self._is_temporary and self.failure is None:
            remove_tree(self.directory)
        os.close(self._lock_file)
        self._lock_file = None
        os.close(self._wake_reader)
        os.close(self._wake_writer)

    def _start_engine(self) -> None:
        self._report("starting the AWS engine (DynamoDB, Streams, Step Functions, Lambda) ...")
        temporary = self.directory / "tmp"
        remove_tree(temporary)
        temporary.mkdir()
        environment = {
            **{name: os.environ[name] for name in INHERITED if name in os.environ},
            "AWS_DEFAULT_REGION": REGION,
            "MINISTACK_REGION": REGION,
            "GATEWAY_PORT": self.engine_url.rpartition(":")[2],
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "MINISTACK_WORKER_THREADS": "16",
            "LAMBDA_WARM_TTL_SECONDS": "30",
            "TMPDIR": str(temporary),
            # One arena: with its many short-lived threads the engine would keep far more memory than it uses.
            "MALLOC_ARENA_MAX": "1",
        }
        if self._persist is not None:
            self._persist.mkdir(parents=True, exist_ok=True)
            forget_stream_positions(self._persist)
            environment |= {"PERSIST_STATE": "1", "STATE_DIR": str(self._persist.resolve())}
        # If the runner is killed, an engine that keeps data still gets the chance to save it.
        death_signal = signal.SIGKILL if self._persist is None else signal.SIGTERM
        self._children["engine"] = spawn(
            "engine",
            "the AWS engine",
            engine_command(self.engine_url.rpartition(":")[2]),
            environment,
            self.logs / "engine.log",
            death_signal=death_signal,
        )

    def _deploy(self) -> None:
        self._report("deploying the table, the state machines and their functions ...")
        resume = [] if self._persist is None else ["--resume"]
        self._run_deployment("timers", *resume)

    def _run_deployment(self, *arguments: str, seconds: float = DEPLOY_SECONDS) -> None:
        settings = json.dumps(self._settings)
        output = self._run("infra.local.deploy", *arguments, settings, what="the deployment", seconds=seconds)
        self.outputs = json.loads(output)

    def _start_sse(self) -> None:
        self._children["sse"] = spawn(
            "sse",
            "the SSE process",
            ["-m", "infra.local.lean", "sse"],
            self.environment,
            self.logs / "sse.log",
        )

    def _edge_functions(self) -> dict[str, Any]:
        """The part of the edge's configuration that says who answers the API."""
        return {"pools": POOLS}

    def _start_edge(self) -> int:
        self._report("starting the edge ...")
        reader, writer = os.pipe()
        configuration = {
            "host": HOST,
            "port": self.port,
            "certificate": str(self.directory / "server.pem"),
            "assets": str(ROOT / "assets"),
            "access_log": str(self.logs / "edge.log"),
            "function_log": str(self.logs / "functions.log"),
            "ready_fd": writer,
            **self._edge_functions(),
        }
        command = ["-m", "infra.local.edge", json.dumps(configuration)]
        self._children["edge"] = spawn(
            "edge", "the edge", command, self.environment, self.logs / "edge.log", pass_fds=[writer]
        )
        os.close(writer)
        return reader

    def _read_ready(self, reader: int) -> dict[str, Any]:
        os.set_blocking(reader, False)
        self._await(lambda: bool(select.select([reader], [], [], 0)[0]), "the edge", CHILD_START_SECONDS)
        with os.fdopen(reader) as pipe:
            line = pipe.readline()
        if not line:
            self._children["edge"].process.wait()
            raise StackError(self._children["edge"].obituary())
        workers: dict[str, Any] = json.loads(line)["pools"]
        return workers

    def _run(self, module: str, *arguments: str, what: str, seconds: float) -> str:
        """Run one of our programs to its end; its output. Raises StackError when it, or a child, fails."""
        log = self.logs / f"{module.rpartition('.')[2]}.log"
        output = log.with_suffix(".out")
        with log.open("wb") as errors, output.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
            )
            try:
                self._await(lambda: process.poll() is not None, what, seconds)
            finally:
                process.kill()
                process.wait()
        text = output.read_text()
        output.unlink()
        if process.returncode:
            raise StackError(f"{what} failed: {last_line(log)} (all of it is in {relative(log)})")
        return text

    # ── waiting and watching ─────────────────────────────────────────────────────────────────────────────

    def _await(self, condition: Callable[[], bool], what: str, seconds: float) -> None:
        """Wait until the condition holds. StackError if a child dies meanwhile, or after so many seconds."""
        deadline = time.monotonic() + seconds
        while not condition():
            if self._watcher is None:
                for child in self._children.values():
                    if not child.is_alive():
                        raise StackError(child.obituary())
            if self.failure is not None:
                raise StackError(self.failure)
            if time.monotonic() > deadline:
                raise StackError(f"gave up waiting for {what} after {seconds:g} s")
            time.sleep(0.02)

    @staticmethod
    def _accepts(port: int) -> bool:
        try:
            with socket.create_connection((HOST, port), 1):
                return True
        except OSError:
            return False

    @staticmethod
    def _answers(port: int, path: str) -> bool:
        """Whether an HTTP server on this port answers a GET with 200."""
        try:
            with socket.create_connection((HOST, port), 2) as connection:
                connection.settimeout(2)
                connection.sendall(
                    f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()
                )
                return b" 200 " in connection.recv(64)
        except OSError:
            return False

    def _watch(self) -> None:
        """Notice every death: the SSE process is started again, any other one ends the stack."""
        while not self._stopping and self.failure is None:
            poll = select.poll()
            poll.register(self._wake_reader, select.POLLIN)
            watched = {os.pidfd_open(child.pid): child for child in self._children.values()}
            for descriptor in watched:
                poll.register(descriptor, select.POLLIN)
            events = poll.poll()
            for descriptor in watched:
                os.close(descriptor)
            for descriptor, _ in events:
                if descriptor in watched:
                    watched[descriptor].process.wait()
                    self._died(watched[descriptor])

    def _died(self, child: Child) -> None:
        with self._changing:
            if self._stopping:
                return
            child.kill()  # what it started, if anything is left
            if child.name != "sse":
                self._fail(child.obituary())
                return
            now = time.monotonic()
            self._sse_deaths.append(now)
            if (
                len(self._sse_deaths) == MAX_SSE_DEATHS
                and now - self._sse_deaths[0] < SSE_DEATHS_WINDOW_SECONDS
            ):
                self._fail(
                    f"{child.obituary()} - {MAX_SSE_DEATHS} times within {SSE_DEATHS_WINDOW_SECONDS:g} s"
                )
                return
            self._report(f"{child.obituary()}: starting it again")
            self._start_sse()
            self._write_run_file()

    def _fail(self, reason: str) -> None:
        self.failure = reason
        self.ended.set()

    def _token_settings(self) -> dict[str, str]:
        """Where the processes find the key that signs tokens."""
        return {"JWT_SECRET": self._jwt_secret()}

    def _jwt_secret(self) -> str:
        file = self.directory / "jwt-secret"
        if not file.exists():
            self.directory.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(os.urandom(32).hex())
        return file.read_text()

    def _write_run_file(self) -> None:
        facts = {
            "url": self.url,
            "api": self.url + "/api",
            "sse": self.url + "/sse/users/",
            "ca": str(self.ca),
            "engine": self.engine_url,
            "region": REGION,
            "table": self.table_name,
            "outputs": self.outputs,
            "persist": str(self._persist) if self._persist else None,
            "logs": str(self.logs),
            "pids": self.pids,
        }
        file = self.directory / "run.json"
        unfinished = file.with_suffix(".new")
        unfinished.write_text(json.dumps(facts, indent=2) + "\n")
        unfinished.replace(file)
