"""A running edge with the endpoints of fakes/, and a scripted server in the place of the SSE process."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.certificate import make
from infra.local.children import ROOT
from infra.local.stack import free_port

ORIGIN = "http://localhost:3000"


class FakeEvents:
    """A server that takes one connection at a time; the test decides what happens on it."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(10)
        self.port: int = self.listener.getsockname()[1]

    def accept(self) -> tuple[socket.socket, str]:
        """The next connection and the head of its request."""
        connection, _ = self.listener.accept()
        connection.settimeout(10)
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65536)
        return connection, head.decode()


@dataclass(frozen=True, slots=True)
class RunningEdge:
    """An edge process and where it is."""

    process: subprocess.Popen[bytes]
    port: int
    directory: Path
    events: FakeEvents
    pools: dict[str, Any]

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def client(self, http2: bool = False) -> httpx.Client:
        context = ssl.create_default_context(cafile=str(self.directory / "ca.pem"))
        return httpx.Client(base_url=self.url, verify=context, http2=http2, timeout=20)

    def access_log(self) -> str:
        return (self.directory / "edge.log").read_text()


def start_edge(directory: Path, app: str = "tests.infra.fakes.app") -> RunningEdge:
    make(directory)
    assets = directory / "assets"
    assets.mkdir()
    (assets / "guest.png").write_bytes(b"a picture")
    events = FakeEvents()
    port = free_port()
    reader, writer = os.pipe()
    configuration = {
        "host": "127.0.0.1",
        "port": port,
        "certificate": str(directory / "server.pem"),
        "assets": str(assets),
        "access_log": str(directory / "edge.log"),
        "function_log": str(directory / "functions.log"),
        "ready_fd": writer,
        "app": app,
        "pools": [
            {"name": "default", "processes": 1, "threads": 2},
            {"name": "cpu_heavy", "processes": 1, "threads": 1, "nice": 10},
        ],
    }
    with (directory / "edge.err").open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.edge", json.dumps(configuration)],
            cwd=ROOT,
            env={"SSE_PORT": str(events.port), "CORS_ORIGINS": ORIGIN, "PATH": os.environ["PATH"]},
            pass_fds=[writer],
            stdout=errors,
            stderr=errors,
        )
    os.close(writer)
    with os.fdopen(reader) as pipe:
        ready = pipe.readline() if select.select([reader], [], [], 30)[0] else ""
    return RunningEdge(process, port, directory, events, json.loads(ready)["pools"] if ready else {})


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    running = start_edge(tmp_path_factory.mktemp("edge"))
    try:
        yield running
    finally:
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(20)
        running.events.listener.close()


@pytest.fixture
def client(edge: RunningEdge) -> Iterator[httpx.Client]:
    with edge.client() as client:
        yield client
