"""The load generator, the sums over processes, and the report."""

import asyncio
import ssl
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
import trustme
from pong_client.sse_parser import Event

from bench import processes
from bench.http1 import Connection, ConnectionBrokenError, Target, connect
from bench.journey import Recording, Steps
from bench.listener import ListenError, close_all, listen
from bench.load import Bounds, Recorder, Result, UnexpectedAnswerError, measure, percentile, percentiles
from bench.routes import Api


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 20))


class Server:
    """Answers each request with the next of the given answers, the last one for ever; closes the connection on b''."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = answers
        self.requests: list[bytes] = []

    async def __aenter__(self) -> Target:
        authority = trustme.CA()
        server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(server_tls)
        client_tls = ssl.create_default_context()
        authority.configure_trust(client_tls)
        self.server = await asyncio.start_server(self.serve, "localhost", 0, ssl=server_tls)
        return Target("localhost", self.server.sockets[0].getsockname()[1], client_tls)

    async def __aexit__(self, *_: object) -> None:
        self.server.close()
        await self.server.wait_closed()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
                if not answer:
                    break
                writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # The client has hung up.
        writer.transport.abort()


OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"


def test_percentiles_are_values_that_occurred() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1)] == [50, 95, 99, 100]
    assert percentile([7.0], 0.5) == 7
    assert percentile([], 0.5) != percentile([], 0.5), "nothing measured is no number"


def test_a_connection_sends_one_request_after_the_other_and_reads_both_kinds_of_body() -> None:
    async def test() -> None:
        server = Server(OK, CHUNKED)
        async with server as target:
            connection = await connect(target)
            assert await connection.send(target.request("GET", "/a", "t")) == (200, b"{}")
            assert await connection.send(target.request("POST", "/b")) == (201, b"{}")
            connection.close()
        assert server.requests[0].startswith(b"GET /a HTTP/1.1\r\nhost: localhost:")
        assert b"authorization: Bearer t\r\n" in server.requests[0]
        assert b"content-length: 0\r\n" in server.requests[1]

    run(test())


def test_a_connection_that_breaks_is_an_error_and_no_measurement() -> None:
    async def test() -> None:
        async with Server(b"") as target:
            connection = await connect(target)
            with pytest.raises(ConnectionBrokenError):
                await connection.send(target.request("GET", "/"))
            with pytest.raises(ConnectionBrokenError):
                await connection.send(target.request("GET", "/"))

    run(test())


async def get(connection: Connection, recorder: Recorder, _: int) -> None:
    while recorder.more():
        await recorder.send(connection, b"GET / HTTP/1.1\r\n\r\n", 200)


def test_a_measurement_ends_at_its_number_of_requests_and_does_not_count_the_warm_up() -> None:
    async def test() -> None:
        server = Server(OK)
        async with server as target:
            result = await measure(target, "GET /", get, 2, Bounds(20, 60), warm_up=Bounds(6, 60))
        assert len(result.latencies) == 20
        assert len(server.requests) == 26
        assert (result.name, result.connections, result.throttled) == ("GET /", 2, 0)
        assert result.per_second

    run(test())


def test_a_measurement_ends_at_its_time() -> None:
    async def test() -> None:
        async with Server(OK) as target:
            result = await measure(target, "GET /", get, 1, Bounds(10**9, 0.05))
            assert result.latencies

    run(test())


def test_a_throttled_request_counts_apart_and_another_status_ends_the_measurement() -> None:
    throttled = b"HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n"
    broken = b"HTTP/1.1 500 X\r\ncontent-length: 4\r\n\r\noops"

    async def test() -> None:
        async with Server(throttled, OK) as target:
            result = await measure(target, "GET /", get, 1, Bounds(5, 60))
            assert (len(result.latencies), result.throttled) == (4, 1)
        async with Server(OK, broken) as target:
            with pytest.raises(UnexpectedAnswerError, match="answered 500, not 200: b'oops'"):
                await measure(target, "GET /", get, 1, Bounds(5, 60))

    run(test())


def test_listeners_get_events_however_the_body_is_chunked() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    event = b"10\r\nid: 1-0\ndata: 1\n\r\n1\r\n\n\r\n"

    async def test() -> None:
        heard: list[Event] = []
        both = asyncio.Event()

        def on_event(event: Event, _: float) -> None:
            heard.append(event)
            if len(heard) == 2:
                both.set()

        async with Server(head + event) as target:
            listeners = await listen(target, ["a", "b"], on_event)
            await asyncio.wait_for(both.wait(), 5)
            close_all(listeners)
        assert heard == [Event("message", "1", "1-0", "1-0")] * 2

    run(test())


def test_a_refused_stream_is_an_error() -> None:
    async def test() -> None:
        async with Server(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n") as target:
            with pytest.raises(ListenError, match="401"):
                await listen(target, ["a"])

    run(test())


def make_process(proc: Path, pid: int, parent: int, kib: int, ticks: int) -> None:
    (proc / str(pid)).mkdir()
    fields = ["S", str(parent), *["0"] * 9, str(ticks), "0"]
    (proc / str(pid) / "stat").write_text(f"{pid} (a) b (c) {' '.join(fields)}\n")
    (proc / str(pid) / "smaps_rollup").write_text(f"0-1 rollup\nRss: {kib} kB\nPss: {kib // 2} kB\n")


def test_every_process_counts_once_under_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "PROC", tmp_path)
    monkeypatch.setattr(processes, "TICKS_PER_SECOND", 100)
    # The runner started the engine, which started a function, and the edge with its workers.
    for pid, parent, kib in [(1, 0, 10), (2, 1, 100), (3, 2, 1000), (4, 1, 20), (5, 4, 40), (6, 5, 80)]:
        make_process(tmp_path, pid, parent, kib, ticks=kib)
    groups = processes.groups_of({"runner": 1, "engine": 2, "edge": 4, "gone": 99})
    found = {
        usage.name: (usage.processes, usage.rss // 1024, usage.pss // 1024)
        for usage in processes.usage(groups)
    }
    assert found == {
        "runner": (1, 10, 5),
        "engine": (2, 1100, 550),
        "edge": (3, 140, 70),
        "gone": (0, 0, 0),
    }
    assert processes.cpu_seconds(groups)["engine"] == 11.0


def test_the_time_that_the_machine_was_busy_leaves_out_idling_and_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "PROC", tmp_path)
    monkeypatch.setattr(processes, "TICKS_PER_SECOND", 100)
    (tmp_path / "stat").write_text("cpu  100 200 300 9000 9000 10 20 30 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n")
    assert processes.busy_seconds() == 6.6


def test_a_percentile_of_too_few_values_is_left_out() -> None:
    assert percentiles([0.01] * 99) == {"p50": 10.0, "p95": 10.0, "p99": None}
    assert percentiles([0.01] * 100)["p99"] == 10.0
    assert percentiles([]) == {"p50": None, "p95": None, "p99": None}


def test_a_journey_counts_from_its_second_round_on_has_one_at_least_and_no_rate() -> None:
    async def test() -> None:
        async with Server(OK) as target:
            recording = Recording(seconds=0.0)
            steps = Steps(Api(target, ""), await connect(target), recording)
            while steps.more():
                await steps.timed("get_me")
        assert steps.rounds == 3
        assert len(recording.latencies["get_me"]) == 1
        assert Result("GET /", 1, [0.01] * 9, None, 0, {}).row()["per_second"] is None

    run(test())
