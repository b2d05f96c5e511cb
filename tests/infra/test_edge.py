"""The edge as clients see it: routing, limits, errors, streams, files, and what happens when a worker dies."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from infra.local.edge.configuration import Configuration
from infra.local.edge.reply import transport_headers
from infra.local.settings import ROOT
from tests.infra.conftest import ORIGIN, WAIT_SECONDS, RunningEdge, start_edge, wait_until
from tests.support.processes import children_of


def tls_connection(edge: RunningEdge) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(edge.directory / "ca.pem"))
    plain = socket.create_connection(("127.0.0.1", edge.port), 10)
    return context.wrap_socket(plain, server_hostname="localhost")


# ── headers ──────────────────────────────────────────────────────────────────────────────────────────────

PLACES = [
    "/",
    "/api/echo/",
    "/api/nowhere/",
    "/api/raise_error/",
    "/assets/guest.png",
    "/assets/none.png",
    "/x",
]


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    """An edge under a name of its own."""
    settings = {"PUBLIC_URL": "https://pong.example.com"}
    running = start_edge(tmp_path_factory.mktemp("public"), settings=settings)
    try:
        yield running
    finally:
        running.stop()


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_under_a_name_of_its_own_every_answer_keeps_browsers_on_https(
    public: RunningEdge, method: str, path: str
) -> None:
    with public.client() as client:
        answer = client.request(method, path)

    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("path", PLACES)
def test_on_localhost_no_answer_does_because_that_would_hold_for_all_its_ports(
    client: httpx.Client, path: str
) -> None:
    assert "strict-transport-security" not in client.get(path).headers


@pytest.mark.parametrize(
    ("url", "has_a_name"),
    [
        ("https://pong.example.com", True),
        ("https://pong.example.com:8443", True),
        ("https://localhost:4443", False),
        ("https://pong.localhost", False),
        ("https://127.0.0.1:4443", False),
        ("https://[::1]:4443", False),
    ],
)
def test_only_names_of_hosts_are_kept_on_https(url: str, has_a_name: bool) -> None:
    assert bool(transport_headers(url)) == has_a_name


@pytest.mark.parametrize("path", ["/api/nowhere/", "/assets/none.png", "/x"])
def test_the_edges_own_answers_are_not_kept_and_their_type_is_not_guessed(
    client: httpx.Client, path: str
) -> None:
    answer = client.get(path)

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_files_type_is_not_guessed_and_it_may_be_kept(client: httpx.Client) -> None:
    answer = client.get("/assets/guest.png")

    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.headers["x-content-type-options"] == "nosniff"


# ── routing ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("http2", [False, True])
def test_a_handler_gets_api_gateways_event_over_either_http(edge: RunningEdge, http2: bool) -> None:
    with edge.client(http2) as client:
        answer = client.post("/api/echo/?a=1&a=2", content='{"x": 1}', headers={"x-test": "yes"})

    assert answer.http_version == ("HTTP/2" if http2 else "HTTP/1.1")
    event = answer.json()["event"]
    assert event["path"] == "/echo/"
    assert event["httpMethod"] == "POST"
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert event["body"] == '{"x": 1}'
    assert event["headers"]["x-test"] == "yes"
    assert event["headers"]["host"] == f"localhost:{edge.port}"
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"
    assert answer.json()["function"] == "echo"
    assert 0 < answer.json()["left"] <= 29_000


@pytest.mark.parametrize("path", ["/api/things/12/", "/api/things/12"])
def test_the_closing_slash_may_be_missing(client: httpx.Client, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.text) == (200, "12")


@pytest.mark.parametrize("path", ["/api/nowhere/", "/api", "/other", "/api/things/abc/", "/favicon.ico"])
def test_an_unknown_path_is_404_in_json(client: httpx.Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["code"] == "not_found"
    assert answer.json()["detail"]


def test_a_wrong_method_is_405_and_says_what_is_allowed(client: httpx.Client) -> None:
    answer = client.put("/api/echo/", content="{}")

    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"
    assert answer.headers["allow"] == "GET, HEAD, POST"


def test_every_answer_has_a_request_id_of_its_own(client: httpx.Client) -> None:
    paths = ("/api/echo/", "/api/things/1/", "/api/nowhere/", "/assets/guest.png", "/assets/none", "/")

    ids = [client.get(path).headers["x-request-id"] for path in paths]

    assert len(set(ids)) == len(paths)


def test_the_handler_knows_the_request_id_that_the_client_sees(client: httpx.Client) -> None:
    answer = client.get("/api/echo/")

    assert answer.json()["event"]["requestContext"]["requestId"] == answer.headers["x-request-id"]


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_uri_of_8_kib_is_read_and_a_longer_one_is_414(client: httpx.Client) -> None:
    start = "/api/echo/?q="
    longest = start + "a" * (8 * 1024 - len(start))

    assert client.get(longest).status_code == 200
    answer = client.get(longest + "a")
    assert answer.status_code == 414
    assert answer.json()["code"] == "uri_too_long"


def test_a_body_of_64_kib_is_read_and_a_longer_one_is_413(client: httpx.Client) -> None:
    assert client.post("/api/echo/", content=b"a" * 64 * 1024).status_code == 200
    answer = client.post("/api/echo/", content=b"a" * (64 * 1024 + 1))
    assert answer.status_code == 413
    assert answer.json()["code"] == "payload_too_large"


def test_a_body_announced_as_too_long_is_refused_before_it_comes(edge: RunningEdge) -> None:
    with tls_connection(edge) as connection:
        connection.sendall(b"POST /api/echo/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n")

        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_after_a_body_that_was_refused_the_client_is_told_to_take_another_connection(
    client: httpx.Client,
) -> None:
    # Without our saying so, it happens once in twenty times that nobody does.
    for _ in range(60):
        assert client.post("/api/echo/", content=b"a" * 70_000).headers["connection"] == "close"
        assert client.post("/api/echo/", content=b"a").status_code == 200


def test_a_body_that_never_ends_is_refused_on_the_way(edge: RunningEdge) -> None:
    chunk = b"4000\r\n" + b"a" * 0x4000 + b"\r\n"
    with tls_connection(edge) as connection:
        connection.sendall(
            b"POST /api/echo/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        connection.sendall(chunk * 5)

        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


# ── browsers ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_preflight_of_an_allowed_origin_is_answered_by_the_edge(client: httpx.Client) -> None:
    asked = {"origin": ORIGIN, "access-control-request-method": "POST"}

    answer = client.options("/api/echo/", headers=asked)

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, POST"


def test_a_preflight_of_another_origin_allows_nothing(client: httpx.Client) -> None:
    answer = client.options(
        "/api/echo/", headers={"origin": "http://evil", "access-control-request-method": "GET"}
    )

    assert "access-control-allow-origin" not in answer.headers


def test_a_page_can_read_the_edges_own_errors(client: httpx.Client) -> None:
    answer = client.get("/api/nowhere/", headers={"origin": ORIGIN})

    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["vary"] == "Origin"


# ── handlers that fail ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/api/raise/", "/api/nonsense/"])
def test_a_handler_that_fails_is_502_and_the_next_request_is_served(client: httpx.Client, path: str) -> None:
    answer = client.post(path)

    assert answer.status_code == 502
    assert answer.json()["code"] == "bad_gateway"
    assert "on purpose" not in answer.text
    assert client.get("/api/things/1/").status_code == 200


def test_a_killed_worker_ends_the_connection_of_its_request_and_is_replaced(tmp_path: Path) -> None:
    edge, marker = start_edge(tmp_path), tmp_path / "marker"
    try:
        with edge.client() as client, ThreadPoolExecutor(1) as threads:
            waiting = threads.submit(client.post, "/api/wait/", content=str(marker))
            wait_until(marker.exists, "the handler to run")
            (worker,) = children_of(edge.process.pid)
            assert int(marker.read_text()) == worker
            os.kill(worker, signal.SIGKILL)

            with pytest.raises(httpx.RemoteProtocolError):
                waiting.result(WAIT_SECONDS)
        wait_until(edge.answers, "another worker")
        assert children_of(edge.process.pid) != [worker]
    finally:
        edge.stop()


def test_a_killed_process_for_passwords_is_replaced_with_its_worker(tmp_path: Path) -> None:
    edge = start_edge(tmp_path)
    try:
        (worker,) = children_of(edge.process.pid)
        (hashing,) = children_of(worker)
        os.kill(hashing, signal.SIGKILL)
        with edge.client() as client, suppress(httpx.TransportError):
            client.get("/api/hash/")

        wait_until(
            lambda: children_of(edge.process.pid) not in ([], [worker]) and edge.answers(), "another worker"
        )
        with edge.client() as client:
            assert client.get("/api/hash/").text == str(os.nice(0) + 10)
    finally:
        edge.stop()


def test_nothing_is_left_of_an_edge_that_was_killed(tmp_path: Path) -> None:
    edge = start_edge(tmp_path)
    (worker,) = children_of(edge.process.pid)
    processes = [worker, *children_of(worker)]
    assert len(processes) == 2

    edge.process.kill()
    edge.stop()

    for pid in processes:
        wait_until(lambda: not Path(f"/proc/{pid}").exists(), "its end")  # noqa: B023 - called at once


def test_a_request_waits_for_a_busy_worker_and_passwords_do_not_keep_others_busy(
    edge: RunningEdge, tmp_path: Path
) -> None:
    markers = [tmp_path / name for name in ("first", "second")]
    with edge.client() as client, ThreadPoolExecutor(3) as threads:
        busy = [threads.submit(client.post, "/api/wait/", content=str(marker)) for marker in markers]
        for marker in markers:
            wait_until(marker.exists, "both threads to be busy")
        third = threads.submit(client.get, "/api/things/3/")

        assert client.get("/api/hash/").text == str(os.nice(0) + 10), "the other pool is free, and niced"
        assert not third.done()
        for marker in markers:
            marker.unlink()
        assert third.result(WAIT_SECONDS).text == "3"
        assert [request.result(WAIT_SECONDS).text for request in busy] == ["done", "done"]


def test_an_app_that_cannot_be_imported_ends_the_edge_with_a_reason(tmp_path: Path) -> None:
    edge = start_edge(tmp_path, app="tests.infra.fakes.missing")

    assert edge.stop() == 1
    last = (tmp_path / "edge.err").read_text().splitlines()[-1]
    assert last == "ModuleNotFoundError: No module named 'tests.infra.fakes.missing'"


def test_what_handlers_print_and_log_is_in_the_functions_log(edge: RunningEdge, client: httpx.Client) -> None:
    client.post("/api/raise/")

    log = (edge.directory / "functions.log").read_text()
    assert "raise_error prints this" in log
    assert "RuntimeError: on purpose" in log
    assert "on purpose" not in edge.access_log()


# ── event streams ────────────────────────────────────────────────────────────────────────────────────────

CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def test_a_stream_passes_through_piece_by_piece(edge: RunningEdge) -> None:
    with edge.client() as client, ThreadPoolExecutor(1) as threads:
        accepted = threads.submit(edge.events.accept)
        asking = client.build_request(
            "GET", "/sse/users/?last_event_id=7", headers={"authorization": "Bearer t", "last-event-id": "8"}
        )
        opening = ThreadPoolExecutor(1).submit(client.send, asking, stream=True)
        upstream, head = accepted.result(WAIT_SECONDS)
        with upstream:
            upstream.sendall(STREAM_HEAD)
            answer = opening.result(WAIT_SECONDS)
            pieces = answer.iter_raw()
            upstream.sendall(b"data: one\n\n")
            assert next(pieces) == b"data: one\n\n"
            upstream.sendall(b"data: two\n\n")
            assert next(pieces) == b"data: two\n\n"
        assert list(pieces) == []

    assert head.startswith("GET /sse/users/?last_event_id=7 HTTP/1.1\r\n")
    assert "authorization: Bearer t\r\n" in head
    assert "last-event-id: 8\r\n" in head
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["x-request-id"]


def test_a_client_that_leaves_ends_the_stream_behind_the_edge(edge: RunningEdge) -> None:
    with ThreadPoolExecutor(1) as threads:
        accepted = threads.submit(edge.events.accept)
        connection = tls_connection(edge)
        connection.sendall(b"GET /sse/users/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        upstream, _ = accepted.result(WAIT_SECONDS)
        with upstream:
            upstream.sendall(STREAM_HEAD)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
            connection.close()

            assert upstream.recv(1) == b"", "the end of the stream, without anything having been sent"


def test_an_answer_that_is_no_stream_comes_through_as_it_is(edge: RunningEdge) -> None:
    with edge.client() as client, ThreadPoolExecutor(1) as threads:
        asked = threads.submit(client.get, "/sse/users/", headers={"origin": ORIGIN})
        upstream, _ = edge.events.accept()
        with upstream:
            upstream.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}")
            answer = asked.result(WAIT_SECONDS)

    assert (answer.status_code, answer.text) == (401, "{}")
    assert answer.headers["access-control-allow-origin"] == ORIGIN


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    """An edge that waits half a second for the SSE process."""
    running = start_edge(tmp_path_factory.mktemp("impatient"), stream_seconds=0.5)
    try:
        yield running
    finally:
        running.stop()


def test_a_stream_that_breaks_off_does_not_look_as_if_it_had_ended(edge: RunningEdge) -> None:
    with edge.client() as client, ThreadPoolExecutor(1) as threads:
        asked = threads.submit(client.get, "/sse/users/")
        upstream, _ = edge.events.accept()
        with upstream:
            upstream.sendall(CHUNKED_HEAD + b"9\r\ndata: 1\n\n\r\n")
        with pytest.raises(httpx.RemoteProtocolError):
            asked.result(WAIT_SECONDS)


def test_a_stream_waits_while_its_process_restarts(tmp_path: Path) -> None:
    edge = start_edge(tmp_path)
    port = edge.events.port
    edge.events.listener.close()
    try:
        with edge.client() as client, ThreadPoolExecutor(2) as threads:
            asked = [threads.submit(client.get, f"/sse/users/?{n}") for n in range(2)]
            with socket.create_server(("127.0.0.1", port)) as listener:
                answered = 0
                while answered < len(asked):
                    upstream, _ = listener.accept()
                    with upstream:
                        # The edge looks whether the process is there: a connection without a request.
                        if upstream.recv(65536):
                            upstream.sendall(STREAM_HEAD + b"data: 1\n\n")
                            answered += 1
            assert [answer.result(WAIT_SECONDS).text for answer in asked] == ["data: 1\n\n"] * 2
    finally:
        edge.stop()


@pytest.mark.parametrize("status", ["", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"])
def test_a_stream_is_asked_for_again_when_its_process_ends_or_is_stopping(
    edge: RunningEdge, status: str
) -> None:
    with edge.client() as client, ThreadPoolExecutor(1) as threads:
        asked = threads.submit(client.get, "/sse/users/")
        upstream, _ = edge.events.accept()
        with upstream:
            upstream.sendall(status.encode())
        head = b""
        while not head:
            upstream, _ = edge.events.listener.accept()
            head = upstream.recv(65536)
        with upstream:
            upstream.sendall(STREAM_HEAD + b"data: 1\n\n")
        assert asked.result(WAIT_SECONDS).text == "data: 1\n\n"


@pytest.mark.parametrize("accept", ["text/event-stream", "text/event-stream, */*;q=0.1"])
@pytest.mark.parametrize("http2", [False, True])
def test_without_a_stream_process_a_stream_breaks_off(
    impatient: RunningEdge, accept: str, http2: bool
) -> None:
    headers = {"accept": accept, "origin": ORIGIN}
    with impatient.client(http2) as client, client.stream("GET", "/sse/users/", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream"
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert answer.headers["cache-control"] == "no-store"
        pieces = answer.iter_raw()
        assert next(pieces) == b"retry: 1000\n\n"
        with pytest.raises(httpx.RemoteProtocolError):
            next(pieces)
    with impatient.client(http2) as client:
        assert client.get("/api/things/1/").status_code == 200


def test_a_client_that_does_not_name_the_format_gets_503_instead(impatient: RunningEdge) -> None:
    with impatient.client() as client:
        answer = client.get("/sse/users/")

    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"
    assert answer.headers["retry-after"] == "1"


# ── without TLS ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_plain_http_is_refused_anywhere_but_on_the_loopback(tmp_path: Path, host: str) -> None:
    configuration = Configuration(
        host=host, port=1, certificate="", assets=str(tmp_path), access_log=str(tmp_path / "log"),
        app="tests.infra.fakes.app",
    )  # fmt: skip
    ran = subprocess.run(configuration.command(), cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert ran.returncode == 1
    assert ran.stderr == f"plain HTTP is for the loopback, not for {host}\n"


# ── files and logs ───────────────────────────────────────────────────────────────────────────────────────


def test_a_picture_is_served_and_not_sent_twice(client: httpx.Client) -> None:
    first = client.get("/assets/guest.png")
    again = client.get("/assets/guest.png", headers={"if-none-match": first.headers["etag"]})

    assert (first.status_code, first.content) == (200, b"a picture")
    assert first.headers["content-type"] == "image/png"
    assert (again.status_code, again.content) == (304, b"")


def test_no_path_leads_out_of_the_assets(edge: RunningEdge) -> None:
    for path in (b"/assets/../ca.pem", b"/assets/%2e%2e/ca.pem", b"/assets/..%2fca.pem"):
        with tls_connection(edge) as connection:
            connection.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

            assert connection.recv(65536).startswith(b"HTTP/1.1 404 "), path


def test_a_line_is_logged_per_request_without_its_secrets(edge: RunningEdge) -> None:
    with edge.client() as client:
        answer = client.get("/api/echo/?token=secret-1", headers={"authorization": "Bearer secret-2"})

    request_id = answer.headers["x-request-id"]
    wait_until(lambda: request_id in edge.access_log(), "the log line")
    (line,) = [line for line in edge.access_log().splitlines() if request_id in line]
    assert " GET /api/echo/?token=… 200 " in line
    assert "secret" not in edge.access_log()


def test_a_stopped_edge_finishes_what_it_has_begun(tmp_path: Path) -> None:
    edge = start_edge(tmp_path)
    edge.events.listener.close()
    marker = tmp_path / "marker"
    with edge.client() as client, ThreadPoolExecutor(1) as threads:
        under_way = threads.submit(client.post, "/api/wait/", content=str(marker))
        wait_until(marker.exists, "the handler to run")
        edge.process.terminate()
        marker.unlink()

        assert under_way.result(WAIT_SECONDS).text == "done"
    assert edge.process.wait(20) == 0
