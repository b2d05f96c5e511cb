"""A running edge with the endpoints of fakes/, and a scripted server in the place of the SSE process."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from infra.local.edge.certificate import make
from infra.local.edge.configuration import Configuration
from infra.local.runner import readiness
from infra.local.runner.ports import free_port
from infra.local.settings import ROOT

ORIGIN = "http://localhost:3000"

WAIT_SECONDS = 20.0


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Fail if the condition doesn't come to hold; how long it takes decides nothing."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.01)


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

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def client(self, http2: bool = False) -> httpx.Client:
        context = ssl.create_default_context(cafile=str(self.directory / "ca.pem"))
        return httpx.Client(base_url=self.url, verify=context, http2=http2, timeout=20)

    def answers(self) -> bool:
        return readiness.answers(self.url, self.directory / "ca.pem")

    def access_log(self) -> str:
        return (self.directory / "edge.log").read_text()

    def stop(self) -> int:
        """Its exit code."""
        self.process.terminate()
        self.events.listener.close()
        return self.process.wait(20)


def start_edge(
    directory: Path,
    app: str = "tests.infra.fakes.app",
    api_of_events: str | None = None,
    head_seconds: float = 30.0,
    stream_seconds: float = 10.0,
    game: str = "",
    settings: Mapping[str, str] | None = None,
) -> RunningEdge:
    """Start an edge and wait until it answers, or has ended.

    With `api_of_events` the scripted server is the API Gateway as well, under this path.
    """
    make(directory)
    assets = directory / "assets"
    assets.mkdir()
    (assets / "guest.png").write_bytes(b"a picture")
    events = FakeEvents()
    configuration = Configuration(
        host="127.0.0.1",
        port=free_port(),
        certificate=str(directory / "server.pem"),
        assets=str(assets),
        access_log=str(directory / "edge.log"),
        function_log=str(directory / "functions.log"),
        app=app,
        api="" if api_of_events is None else f"http://127.0.0.1:{events.port}{api_of_events}",
        workers=1,
        threads=2,
        password_processes=1,
        head_seconds=head_seconds,
        stream_seconds=stream_seconds,
        game=game,
    )
    with (directory / "edge.err").open("wb") as errors:
        process = subprocess.Popen(
            configuration.command(),
            cwd=ROOT,
            env={
                "SSE_PORT": str(events.port),
                "CORS_ORIGINS": ORIGIN,
                "PATH": os.environ["PATH"],
                **(settings or {}),
            },
            stdout=errors,
            stderr=errors,
        )
    edge = RunningEdge(process, configuration.port, directory, events)
    wait_until(lambda: process.poll() is not None or edge.answers(), "the edge")
    return edge


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    running = start_edge(tmp_path_factory.mktemp("edge"))
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def client(edge: RunningEdge) -> Iterator[httpx.Client]:
    with edge.client() as client:
        yield client
