"""The long-running programs of a stack: what each runs, with which environment, and where its log is."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Mapping
from typing import Any

from infra.local.edge.configuration import Configuration
from infra.local.engine import process
from infra.local.runner.data_directory import DataDirectory
from infra.local.runner.processes import Program, StackError
from infra.local.runner.state import StateDirectory
from infra.local.settings import GAME_SETTINGS, HOST, ROOT, inherited

TOKEN_SECONDS = 60.0
"""The game server starts with the other programs; a token is there when all of them answer."""


def engine(state: StateDirectory, port: int, data: DataDirectory | None) -> Program:
    """The embedded AWS engine. Without a directory that keeps its data its end is the stack's."""
    if not process.PYTHON.exists():
        raise StackError("the AWS engine's environment is missing: make it with make local")
    return Program(
        "engine",
        "the AWS engine",
        process.command(port),
        process.environment(port, temporary=state.temporary, persist=data.path if data else None),
        state.logs / "engine.log",
        # If the runner is killed, an engine that keeps data still gets the chance to save it.
        death_signal=signal.SIGKILL if data is None else signal.SIGTERM,
        is_restarted=data is not None,
        inherited=() if data is None or data.lock is None else (data.lock,),
    )


def sse(state: StateDirectory, environment: Mapping[str, str]) -> Program:
    """The SSE process."""
    command = [sys.executable, "-m", "infra.local.workers.hidden_packages", "sse"]
    return Program("sse", "the SSE process", command, environment, state.logs / "sse.log")


def game(state: StateDirectory, settings: Mapping[str, str], url: str, game_url: str) -> Program:
    """The game server: a guest, which knows the address of the API and gets a service token as anyone does."""
    token = [sys.executable, "-m", "infra.local.runner.service_token", "--port", url.rpartition(":")[2]]
    environment = {
        **inherited(),
        "PONG_URL": url,
        **({"PONG_CA": str(state.ca)} if url.startswith("https:") else {}),
        "TOKEN_COMMAND": shlex.join([*token, "--wait", f"{TOKEN_SECONDS:g}"]),
        **{name: settings[name] for name in GAME_SETTINGS if name in settings},
        "GAME_HOST": HOST,
        "GAME_PORT": game_url.rpartition(":")[2],
    }
    return Program(
        "game", "the game server", [sys.executable, "-m", "game"], environment, state.logs / "game.log"
    )


def edge(
    state: StateDirectory, environment: Mapping[str, str], port: int, *, http: bool, **differing: Any
) -> Program:
    """The edge and its workers; with `http` without TLS. `differing` are parts of its configuration."""
    log = state.logs / "edge.log"
    configuration = Configuration(
        host=HOST,
        port=port,
        certificate="" if http else str(state.certificate),
        assets=str(ROOT / "assets"),
        access_log=str(log),
        function_log=str(state.logs / "functions.log"),
        **differing,
    )
    return Program("edge", "the edge", configuration.command(), environment, log)
