"""What the edge passes on is one request, the client's, whatever the client sends (tests/support/smuggling/)."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import h11
import pytest

from tests.infra.conftest import RunningEdge, start_edge
from tests.support.smuggling.connection import exchange, statuses, tls
from tests.support.smuggling.corpus import attacks, is_refused
from tests.support.smuggling.http2 import REQUESTS, fields, outcome

PATHS = ["/api/health/", "/sse/users/", "/assets/"]

INNER = "POST /smuggled HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: *\r\nConnection: close\r\n\r\n"
LAST_STATUS = 304

LOG_LINE = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]{12}Z 127\.0\.0\.1 [\w.~…-]+ [\w.~…/?&=-]+ \d+ [\d.]+ms \d+B HTTP/[12.]+ [\da-f-]{36}"
)


class Recorder:
    """Answers every request behind the edge, and keeps what came on each connection until its end."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        listener.settimeout(None)
        self._changed = threading.Condition()
        self._open = 0
        self._received: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def received(self) -> list[bytes]:
        """What has come since the last call, a connection each, once all of them have ended."""
        with self._changed:
            assert self._changed.wait_for(lambda: not self._open, 20)
            received, self._received = self._received, []
            return received

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with self._changed:
                    self._open += 1
                threading.Thread(target=self._record, args=(connection,), daemon=True).start()

    def _record(self, connection: socket.socket) -> None:
        data, is_answered = b"", False
        with connection, suppress(ConnectionError):
            while more := connection.recv(65536):
                data += more
                if not is_answered and requests_in(data):
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                    is_answered = True
        with self._changed:
            self._received.append(data)
            self._open -= 1
            self._changed.notify_all()


def requests_in(data: bytes) -> list[h11.Request]:
    """The one whole request that these bytes are; none if they aren't."""
    server = h11.Connection(h11.SERVER)
    server.receive_data(data)
    try:
        request, event = server.next_event(), server.next_event()
        while isinstance(event, h11.Data):
            event = server.next_event()
    except h11.RemoteProtocolError:
        return []
    is_whole = isinstance(request, h11.Request) and isinstance(event, h11.EndOfMessage)
    return [request] if is_whole and not server.trailing_data[0] else []  # type: ignore[list-item]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningEdge, Recorder]]:
    """An edge whose API Gateway, and SSE process, records what it gets."""
    running = start_edge(tmp_path_factory.mktemp("deployed"), api_of_events="/_aws/execute-api/abc/api")
    try:
        yield running, Recorder(running.events.listener)
    finally:
        running.stop()


def wrong(answered: list[int], received: list[bytes], *, refused: bool) -> str | None:
    """What is wrong with an attack's outcome."""
    if any(b"/smuggled" in data.split(b"\r\n")[0].partition(b"?")[0] for data in received):
        return f"the inner request came through: {received}"
    if not all(requests_in(data) for data in received):
        return f"no single request came through: {received}"
    if len(received) > 1 or len(answered) > 1:
        return f"answered with {answered}, and behind the edge came {received}"
    if any(not 400 <= status < 500 for status in answered) != bool(received):
        return f"answered with {answered}, while behind the edge came {received}"
    return f"not refused: {received}" if refused and received else None


@pytest.mark.parametrize("path", PATHS)
def test_an_attack_over_http1_is_refused_or_is_one_request(
    deployed: tuple[RunningEdge, Recorder], path: str
) -> None:
    edge, recorder = deployed
    found = {}
    for name, attack in attacks(path, INNER).items():
        answer = exchange(tls(edge.port, edge.directory / "ca.pem"), attack, LAST)
        answered = [status for status in statuses(answer) if status != LAST_STATUS]
        found[name] = wrong(answered, recorder.received(), refused=is_refused(name))

    assert {name: problem for name, problem in found.items() if problem} == {}


@pytest.mark.parametrize("path", ["/api/health/", "/sse/users/"])
def test_an_attack_over_http2_is_refused_or_is_one_request(
    deployed: tuple[RunningEdge, Recorder], path: str
) -> None:
    edge, recorder = deployed
    ca = edge.directory / "ca.pem"
    found = {name: outcome(edge.port, ca, fields(name, path)) for name in REQUESTS}
    # A stream that is reset has no answer, and what came of it may come late: not after this one, though.
    assert outcome(edge.port, ca, fields("length of the body", "/api/last/")) == 200
    received = recorder.received()

    assert {name for name, status in found.items() if status not in (200, None, *range(400, 500))} == set()
    assert [data for data in received if not requests_in(data) or b"/smuggled" in data] == []
    assert list(found.values()).count(200) < len(received) <= len(found)


def test_no_attack_has_forged_a_line_of_the_log(deployed: tuple[RunningEdge, Recorder]) -> None:
    edge, _ = deployed
    ca = edge.directory / "ca.pem"
    for path in PATHS:
        for attack in attacks(path, INNER).values():
            exchange(tls(edge.port, ca), attack, LAST)

    assert [line for line in edge.access_log().splitlines() if not LOG_LINE.fullmatch(line)] == []
    assert "smuggled" not in edge.access_log()
