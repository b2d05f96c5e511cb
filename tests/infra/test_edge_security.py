"""What the edge passes on is one request, the client's; what it logs is one line; what it holds is bounded."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from h2.connection import H2Connection
from h2.settings import SettingCodes

from infra.local.edge import access_log
from infra.local.edge import request as edge_request
from infra.local.edge.access_log import AccessLog
from infra.local.edge.application import Edge
from tests.infra.conftest import RunningEdge, start_edge, wait_until
from tests.support.smuggling.connection import tls

TOKEN = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMTUifQ.c2VjcmV0LXNpZ25hdHVyZS1vZi00My1jaGFyYWN0ZXJz"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    """An edge whose API Gateway, and SSE process, is a server that the test scripts."""
    running = start_edge(tmp_path_factory.mktemp("deployed"), api_of_events="/_aws/execute-api/abc/api")
    try:
        yield running
    finally:
        running.stop()


def sent(edge: RunningEdge, raw: bytes) -> bytes:
    """What comes back for these bytes, until the connection ends."""
    context = ssl.create_default_context(cafile=str(edge.directory / "ca.pem"))
    plain = socket.create_connection(("127.0.0.1", edge.port), 10)
    with context.wrap_socket(plain, server_hostname="localhost") as connection:
        connection.sendall(raw)
        answer = b""
        while more := connection.recv(65536):
            answer += more
    return answer


def asked(edge: RunningEdge, target: str) -> tuple[int, bytes]:
    """Status and body of the answer to a GET of this target, as it is."""
    answer = sent(edge, f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def passed_on(edge: RunningEdge, target: str) -> str:
    """The head of the request that arrives behind the edge for this one."""
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(asked, edge, target)
        upstream, head = edge.events.accept()
        with upstream:
            upstream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            assert answer.result(20) == (200, b"ok")
    return head


def test_what_is_encoded_without_need_is_passed_on_once_decoded(deployed: RunningEdge) -> None:
    line = passed_on(deployed, "/api/%75sers/a%25b%3fc/?q=a%20b%0d%0aX:%201&r=%2f").split("\r\n")[0]

    assert line == "GET /_aws/execute-api/abc/api/users/a%25b%3Fc/?q=a%20b%0d%0aX:%201&r=%2f HTTP/1.1"


def test_fields_of_the_connection_are_not_passed_on(deployed: RunningEdge) -> None:
    with ThreadPoolExecutor(1) as threads, deployed.client() as client:
        headers = {"connection": "keep-alive, x-hop", "x-hop": "1", "te": "trailers", "x-end": "2"}
        answer = threads.submit(client.post, "/api/users/", content=b"{}", headers=headers)
        upstream, head = deployed.events.accept()
        with upstream:
            upstream.sendall(
                b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\nX-A: b\r\n\r\n"
            )
            created = answer.result(20)

    lines = head.lower().split("\r\n")
    assert "x-end: 2" in lines
    assert "content-length: 2" in lines
    assert not any(line.startswith(("x-hop", "te:")) for line in lines)
    assert len([line for line in lines if line.startswith(("host:", "content-length:"))]) == 2
    assert (created.status_code, created.headers["x-a"]) == (201, "b")


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
def test_a_request_that_gets_no_answer_is_502_and_is_not_sent_again(
    deployed: RunningEdge, method: str
) -> None:
    with ThreadPoolExecutor(1) as threads, deployed.client() as client:
        asking = threads.submit(client.request, method, "/api/users/")
        deployed.events.accept()[0].close()
        answer = asking.result(20)

    assert (answer.status_code, answer.json()["code"]) == (502, "bad_gateway")
    assert passed_on(deployed, "/sse/users/").startswith("GET /sse/users/ HTTP/1.1\r\n")


# ── the log ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "target",
    [
        f"/sse/%20HTTP/1.1%0d%0aauthorization:%20Bearer%20{TOKEN}",
        f"/api/{TOKEN}/",
        f"/api/users/?{TOKEN}",
        f"/api/users/?token={TOKEN}",
        "/api/x%0a2026-01-01T00:00:00Z 127.0.0.1 GET /forged 200",
    ],
)
def test_a_request_is_one_line_in_the_log_and_no_token_is_in_it(edge: RunningEdge, target: str) -> None:
    before = len(edge.access_log().splitlines())
    sent(edge, f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    with edge.client() as client:
        answer = client.get("/api/things/1/")

    wait_until(lambda: answer.headers["x-request-id"] in edge.access_log(), "the log line")
    added = [line for line in edge.access_log().splitlines()[before:] if " GET / 200 " not in line]
    # Granian itself refuses what is no HTTP, without a word to the edge.
    assert len(added) == (1 if " " in target else 2)
    assert all("HTTP/1.1 " in line for line in added)
    assert TOKEN.rpartition(".")[2] not in edge.access_log()
    assert "forged" not in edge.access_log()


def test_a_log_shows_what_is_harmless() -> None:
    assert access_log.shown_path("/api/users/115719093276496/") == "/api/users/115719093276496/"
    assert access_log.shown_path("/assets/guest_small.png") == "/assets/guest_small.png"
    assert access_log.shown_path("/api/a%0ab/\x1b[31m") == "/api/…/…"
    assert access_log.shown_query("token=secret&last_event_id=7&%0a=1") == "?token=…&last_event_id=…&…=…"
    assert access_log.shown_query("") == ""
    assert access_log.shown_path("") == "…"


# ── what stalls ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_body_that_stalls_is_408_and_ends_the_connection(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(edge_request, "BODY_SECONDS", 0.05)

    async def play() -> list[dict[str, Any]]:
        edge = Edge(tmp_path, "http://127.0.0.1:1/api", AccessLog(io.StringIO()), 1.0)
        life: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        up: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        living = asyncio.create_task(edge({"type": "lifespan"}, life.get, up.put))
        await life.put({"type": "lifespan.startup"})
        assert (await up.get())["type"] == "lifespan.startup.complete"

        body: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        answers: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            answers.append(message)

        await body.put({"type": "http.request", "body": b"{", "more_body": True})
        headers = [(b"host", b"localhost"), (b"content-length", b"10")]
        scope = {
            "type": "http", "method": "POST", "raw_path": b"/api/auth/login/", "query_string": b"",
            "headers": headers, "client": ("127.0.0.1", "1"), "http_version": "1.1",
        }  # fmt: skip
        await edge(scope, body.get, send)
        await life.put({"type": "lifespan.shutdown"})
        await living
        return answers

    start, body = asyncio.run(play())
    assert start["status"] == 408
    assert dict(start["headers"])[b"connection"] == b"close"
    assert json.loads(body["body"])["code"] == "request_timeout"


def test_a_head_that_stalls_ends_the_connection(tmp_path: Path) -> None:
    edge = start_edge(tmp_path, head_seconds=0.5)
    try:
        with tls(edge.port, edge.directory / "ca.pem") as connection:
            connection.sendall(b"GET /api/things/1/ HTTP/1.1\r\nHo")
            assert connection.recv(65536) == b""
    finally:
        edge.stop()


def test_a_body_that_is_cut_off_gets_to_no_handler(edge: RunningEdge) -> None:
    context = ssl.create_default_context(cafile=str(edge.directory / "ca.pem"))
    plain = socket.create_connection(("127.0.0.1", edge.port), 10)
    with context.wrap_socket(plain, server_hostname="localhost") as connection:
        connection.sendall(b"POST /api/echo/?cut HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{}")

    wait_until(lambda: "POST /api/echo/?cut=… 400 " in edge.access_log(), "the log line")


@pytest.mark.parametrize("protocol", ["http/1.1", "h2"])
def test_what_a_client_leaves_unread_is_bounded_and_the_sse_process_notices(
    edge: RunningEdge, protocol: str
) -> None:
    """The SSE process cuts off a client whose events it can't write: they must not all fit into the edge.

    The system alone would keep 4 MiB for the client.
    """
    context = ssl.create_default_context(cafile=str(edge.directory / "ca.pem"))
    context.set_alpn_protocols([protocol])
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
    plain.connect(("127.0.0.1", edge.port))
    with context.wrap_socket(plain, server_hostname="localhost") as client:
        client.sendall(asking_for_a_stream(protocol))
        upstream, _ = edge.events.accept()
        with upstream:
            upstream.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 * 1024)
            upstream.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            upstream.settimeout(3)
            assert written_until_it_blocks(upstream, 8 * 2**20) < 2 * 2**20


def asking_for_a_stream(protocol: str) -> bytes:
    """A request whose answer may be as long as it likes."""
    if protocol == "http/1.1":
        return b"GET /sse/users/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
    most = 2**31 - 1
    client = H2Connection()
    client.initiate_connection()
    client.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: most})
    client.increment_flow_control_window(most - client.inbound_flow_control_window)
    pseudo = {":method": "GET", ":scheme": "https", ":authority": "localhost", ":path": "/sse/users/"}
    client.send_headers(1, list(pseudo.items()), end_stream=True)
    return client.data_to_send()


def written_until_it_blocks(connection: socket.socket, most: int) -> int:
    """Bytes that the connection takes, until it takes no more for its time-out, or has taken enough."""
    chunk, written = b"x" * 20_000, 0
    with suppress(TimeoutError):
        while written < most:
            written += connection.send(chunk)
    return written


@pytest.mark.parametrize("http2", [False, True])
def test_a_client_that_reads_again_gets_all_of_it(edge: RunningEdge, http2: bool) -> None:
    content = b"".join(b"data: %06d\n\n" % number for number in range(300_000))
    with edge.client(http2) as client, ThreadPoolExecutor(2) as threads:
        answer = threads.submit(client.get, "/sse/users/")
        upstream, _ = edge.events.accept()
        with upstream:
            upstream.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + content)
        assert answer.result(60).content == content


def test_the_client_of_a_closed_stream_is_told(edge: RunningEdge) -> None:
    with edge.client() as client, ThreadPoolExecutor(1) as threads:
        answer = threads.submit(client.get, "/sse/users/")
        upstream, _ = edge.events.accept()
        with upstream:
            upstream.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nping\r\n")
            upstream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        # The connection was reset in the middle of the body: the client's breaks off, too, and it resumes.
        with pytest.raises(httpx.RemoteProtocolError):
            answer.result(20)
