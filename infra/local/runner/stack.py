"""The whole product on this machine: engine, SSE process, game server, edge, started in order and kept running.

`make run` and the tests use the same class:

    with Stack(settings={"CONNECT_TIMEOUT_SECONDS": "1"}) as stack:
        ...stack.url, stack.ca, stack.service_token()...
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from infra.local.engine.process import HEALTH_PATH
from infra.local.runner import given_settings, programs
from infra.local.runner.data_directory import DataDirectory, NotSaved, Saver
from infra.local.runner.ports import free_port, why_taken
from infra.local.runner.processes import Program, StackError, run
from infra.local.runner.readiness import answers
from infra.local.runner.state import StateDirectory
from infra.local.runner.supervisor import Supervisor
from infra.local.settings import CREDENTIALS, EXPORT_BUCKET, HOST, REGION, ROOT, inherited, run_facts

START_SECONDS = 30.0
DEPLOY_SECONDS = 90.0

GAME_STOP_SECONDS = 5.0
SSE_STOP_SECONDS = 8.0
EDGE_STOP_SECONDS = 5.0
ENGINE_STOP_SECONDS = 15.0


class Stack:
    """A running local stack; a context manager. `port` 0 means any free one.

    `settings` are the product's settings, by the names of their environment variables, for all processes. `persist` is
    a directory that keeps the data; `http` does without TLS; `game` adds the game server. `report` gets sentences about
    what is being done.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        settings: Mapping[str, str] | None = None,
        persist: Path | None = None,
        http: bool = False,
        game: bool = False,
        report: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.port = port or free_port()
        self.url = f"{'http' if http else 'https'}://localhost:{self.port}"
        self.engine_url = f"http://{HOST}:{free_port()}"
        self.state = StateDirectory(self.port)
        self.outputs: dict[str, str] = {}
        """What the deployment tells: table, stream, machines."""
        self.game_url = f"http://{HOST}:{free_port()}" if game else ""
        self._is_temporary = not port
        self._data = DataDirectory(persist) if persist else None
        self._http = http
        self._report = report
        self._writing = threading.Lock()
        self._saver = Saver(self.engine_url, report)
        self._supervisor = Supervisor(report, self._after_end, self._after_restart)
        self._sse_url = f"http://{HOST}:{(sse_port := free_port())}"
        self._settings = {
            "TABLE_NAME": "pong",
            "PUBLIC_URL": self.url,
            "EXPORT_BUCKET": EXPORT_BUCKET,
            # AWS allows five reads of a shard a second, this engine more: events come sooner.
            "SSE_POLL_SECONDS": "0.02",
            **(settings or {}),
            "SSE_HOST": HOST,
            "SSE_PORT": str(sse_port),
        }

    # ── facts ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def ca(self) -> Path:
        """The certificate to verify the edge with."""
        return self.state.ca

    @property
    def failure(self) -> str | None:
        """Why the stack ended by itself."""
        return self._supervisor.failure

    @property
    def ended(self) -> threading.Event:
        """Set when the stack ends by itself."""
        return self._supervisor.ended

    @property
    def pids(self) -> dict[str, int]:
        """The process ids of the runner and its children, by name."""
        children = {name: child.pid for name, child in self._supervisor.children.items()}
        return {"runner": os.getpid(), **children}

    @property
    def place_of_data(self) -> str:
        """Where the data is, in words."""
        if self._data:
            return f"kept in {self._data}/, saved every few seconds"
        return "in memory, gone when this stops (make run PERSIST=directory keeps it)"

    @property
    def environment(self) -> dict[str, str]:
        """What any process of the product needs in its environment to work on this stack."""
        return {
            **inherited(),
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

    def service_token(self) -> str:
        """A service token for the private API, as `make service-token` prints it."""
        command = [sys.executable, "-m", "infra.local.runner.service_token", "--port", str(self.port)]
        made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return made.stdout.strip()

    def restart_sse(self, seconds: float = START_SECONDS) -> None:
        """Kill the SSE process without warning and wait until its successor accepts clients."""
        killed = self._supervisor.expect_end("sse")
        killed.signal(signal.SIGKILL)
        self._supervisor.wait_for(
            lambda: self.pids["sse"] != killed.pid and self._sse_answers(),
            "the SSE process to come back",
            seconds,
        )

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
            given_settings.check(self._settings)
            self._claim()
            self._start_engine()
            self._make_certificate()
            self._start_edge_and_deploy()
            self._report("starting the SSE process ...")
            self._start_process(programs.sse(self.state, self.environment))
            if self.game_url:
                self._start_process(programs.game(self.state, self._settings, self.url, self.game_url))
            self._supervisor.wait_for(self._sse_answers, "the SSE process", START_SECONDS)
            self._supervisor.wait_for(self._game_answers, "the game server", START_SECONDS)
            self._supervisor.wait_for(lambda: answers(self.url, self.ca), "the edge", START_SECONDS)
            self._write_run_file()
            self._supervisor.is_up = True
            if self._data:
                self._saver.start()
        except StackError:
            self.stop()
            if self.failure is not None:
                raise StackError(self.failure) from None
            raise
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End everything: streams and requests first, then the engine, which saves what it should keep."""
        self._supervisor.stop_watching()
        self._supervisor.stop({"game": GAME_STOP_SECONDS, "sse": SSE_STOP_SECONDS, "edge": EDGE_STOP_SECONDS})
        self._saver.stop()
        if self._data is None:
            self._supervisor.kill("engine")
        elif self._supervisor.is_up:
            self._save_last()
        self._supervisor.stop({"engine": ENGINE_STOP_SECONDS})
        self._supervisor.join()
        if self._data:
            self._data.release()
        self.state.release(remove=self._is_temporary and self.failure is None)
        self.ended.set()

    def _claim(self) -> None:
        other = "or choose another port (make run PORT=…)"
        if not self.state.claim(self._settings.get("JWT_SERVICE_SECRET")):
            raise StackError(f"a stack runs on port {self.port} already: stop it, {other}")
        if reason := why_taken(self.port):
            raise StackError(f"port {self.port} can't be used ({reason}): stop what listens there, {other}")
        if self._data:
            self._data.claim(self.port)

    def save(self) -> None:
        """Have the engine save now. Raises NotSaved, or OSError if it doesn't answer."""
        self._saver.save()

    def _save_last(self) -> None:
        try:
            self.save()
        except (NotSaved, OSError) as problem:
            self._report(f"the last seconds are not saved: {problem}")

    def _after_end(self, name: str) -> None:
        """What the SSE process has read of a stream may be lost with the engine: its successor asks what was saved."""
        if name == "engine":
            self._supervisor.expect_end("sse").signal(signal.SIGKILL)

    def _after_restart(self, name: str) -> None:
        if name == "engine":
            self._await_engine()
            self._deploy("timers", "--resume")
        with self._writing:
            self._write_run_file()

    def _start_engine(self) -> None:
        self._report("starting the AWS engine (DynamoDB, Streams, Step Functions, Lambda) ...")
        port = int(self.engine_url.rpartition(":")[2])
        self._start_process(programs.engine(self.state, port, self._data))

    def _make_certificate(self) -> None:
        if not self.state.has_certificate():
            self._report("making a certificate for localhost ...")
            self._run("infra.local.edge.certificate", str(self.state.path), what="the certificate")

    def _start_edge_and_deploy(self) -> None:
        self._start_edge()
        self._await_engine()
        self._report("deploying the table, the state machines and their functions ...")
        self._deploy("timers", *(["--resume"] if self._data else []))

    def _await_engine(self) -> None:
        health = self.engine_url + HEALTH_PATH
        engine = self._supervisor.children["engine"]

        def answers_or_ended() -> bool:
            return answers(health) or engine.process.poll() is not None

        self._supervisor.wait_for(answers_or_ended, "the AWS engine", START_SECONDS)

    def _deploy(self, *arguments: str, seconds: float = DEPLOY_SECONDS) -> None:
        given = (*arguments, json.dumps(self._settings))
        output = self._run("infra.local.deployment.deploy", *given, what="the deployment", seconds=seconds)
        self.outputs = json.loads(output)

    def _sse_answers(self) -> bool:
        return answers(self._sse_url + "/healthz")

    def _game_answers(self) -> bool:
        return not self.game_url or answers(self.game_url + "/healthz")

    def _start_edge(self, **differing: Any) -> None:
        """`differing` are parts of the edge's configuration."""
        self._report("starting the edge ...")
        more = {"http": self._http, "game": self.game_url, **differing}
        self._start_process(programs.edge(self.state, self.environment, self.port, **more))

    def _start_process(self, program: Program) -> None:
        """Start one of the long-running processes, and keep it running."""
        self._supervisor.start(program)

    def _run(self, module: str, *arguments: str, what: str, seconds: float = START_SECONDS) -> str:
        log = self.state.logs / f"{module.rpartition('.')[2]}.log"
        return run(module, *arguments, what=what, environment=self.environment, log=log, seconds=seconds)

    def _token_settings(self) -> dict[str, str]:
        """Where the processes find the keys that sign tokens."""
        return self.state.secrets()

    def _write_run_file(self) -> None:
        facts = {
            **run_facts(self.url, self.engine_url, self._settings["TABLE_NAME"], self.outputs),
            "ca": str(self.ca),
            "game": self.game_url,
            "persist": str(self._data.path) if self._data else None,
            "logs": str(self.state.logs),
            "pids": self.pids,
        }
        self.state.write_run_file(facts)
