"""Tail, checkpoints and the whole process against the embedded engine."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pong_client.sse_parser import Event, EventParser

from infra.local.runner.ports import free_port
from shared.domain.ids import new_id
from shared.settings import settings
from shared.store import base, keys
from sse.dynamo_stream import DynamoStream, StreamNotFound, find_stream
from sse.marks import choose_start
from sse.outbox import read_outbox
from sse.tail import Start, Tail
from tests.support.engine import ROOT, Account, Engine
from tests.support.events import pushed
from tests.support.sse.server import Client, bearer, in_loop

PATIENCE_SECONDS = 30.0


@pytest.fixture
def account(engine: Engine) -> Account:
    """An account with an empty table."""
    account = engine.account()
    account.create_table()
    return account


def write_events(account: Account, *ns: int, to: tuple[int, ...] = (1,)) -> None:
    """One committed change per number, as the unit of work writes them."""
    client = account.client("dynamodb")
    for n in ns:
        outbox_id = new_id(base.utc_now())
        partition, sort = keys.outbox("LOBBY#1", outbox_id)
        entries = [{"to": list(to), "event": pushed("lobby-update", data={"probe": True, "n": n})}]
        client.put_item(
            TableName="pong",
            Item={
                "pk": {"S": partition},
                "sk": {"S": sort},
                "kind": {"S": "outbox"},
                "id": {"N": str(outbox_id)},
                "entries": {"S": json.dumps(entries)},
            },
        )


def write_user(account: Account, user_id: int) -> None:
    """What the process reads and writes of a user."""
    client = account.client("dynamodb")
    for kind, (partition, sort) in (("user", keys.user(user_id)), ("seat", keys.seat(user_id))):
        key = {"pk": {"S": partition}, "sk": {"S": sort}}
        client.put_item(TableName="pong", Item={**key, "kind": {"S": kind}, "rev": {"N": "0"}})


def read_numbers(tail: Tail, wanted: int) -> list[int]:
    """`data.n` of the next events of a tail."""
    found: list[int] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(found) < wanted and time.monotonic() < deadline:
        for batch in tail.poll(time.time()).batches:
            for record in batch.records:
                item = read_outbox(record)
                if item is not None:
                    found += [
                        json.loads(each.frame.split(b"data: ")[1])["data"]["n"] for each in item.deliveries
                    ]
    return found


def follow(account: Account, start: Start | None = None) -> Tail:
    client = account.client("dynamodbstreams")
    stream = find_stream("pong", client)
    return Tail(DynamoStream(stream.arn, client), start or Start(), began=time.time())


def test_the_tail_reads_all_written_events(account: Account) -> None:
    write_events(account, 1, 2)
    tail = follow(account)

    assert read_numbers(tail, 2) == [1, 2]
    write_events(account, 3)
    assert read_numbers(tail, 1) == [3]


def test_a_tail_goes_on_from_the_positions_of_another_one(account: Account) -> None:
    write_events(account, 1, 2)
    first = follow(account)
    read_numbers(first, 2)
    write_events(account, 3, 4)

    assert read_numbers(follow(account, Start(first.positions)), 2) == [3, 4]


def test_a_tail_that_starts_at_the_end_skips_earlier_records(account: Account) -> None:
    write_events(account, 1, 2)
    tail = follow(account, Start(otherwise="latest"))
    tail.poll(time.time())

    write_events(account, 3)

    assert read_numbers(tail, 1) == [3]


def test_a_position_that_the_stream_has_no_more_is_a_gap(account: Account) -> None:
    write_events(account, 1)
    tail = follow(account)
    read_numbers(tail, 1)
    shard = next(iter(tail.positions))

    lost = follow(account, Start({shard: "1" * 21}))

    assert lost.poll(time.time()).gap
    assert read_numbers(lost, 1) == [1]


def test_a_table_without_a_stream_is_an_error_of_its_own(engine: Engine) -> None:
    with pytest.raises(StreamNotFound):
        find_stream("pong", engine.account().client("dynamodbstreams"))


class Process:
    """A real `python -m sse`."""

    def __init__(self, account: Account, log: Path, **variables: str) -> None:
        self.port = free_port()
        self._log = log
        self._environment = {
            **os.environ,
            **account.environment,
            "JWT_SECRET": settings().jwt_secret,
            "SSE_PORT": str(self.port),
            "SSE_POLL_SECONDS": "0.02",
            "LOG_LEVEL": "INFO",
            "PYTHONUNBUFFERED": "1",
            **variables,
        }
        self._popen: subprocess.Popen[bytes] | None = None

    def set(self, **variables: str) -> None:
        self._environment |= variables

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", "sse"], env=self._environment, cwd=ROOT, stdout=log, stderr=log
            )

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self._popen is not None
        self._popen.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        assert self._popen is not None
        return self._popen.wait(PATIENCE_SECONDS)

    @property
    def log(self) -> str:
        return self._log.read_text()

    async def ready(self) -> None:
        """Until it accepts connections."""
        assert self._popen is not None
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except ConnectionRefusedError:
                if self._popen.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"not ready: {self.log}") from None
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return

    async def listen(self, user_id: int, last_id: str = "") -> Client:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        client = Client(reader, writer, parser=EventParser(last_id))
        headers = {"Last-Event-ID": last_id} if last_id else {}
        await client.request("/sse/users/", {**bearer(user_id), **headers})
        assert client.status == 200, await client.body()
        client._waiting += client.parser.feed(await client.chunk())
        return client


@pytest.fixture
def process(account: Account, tmp_path: Path) -> Iterator[Process]:
    """A process with a short lease, not started; users 1 to 9 exist."""
    for user_id in range(1, 10):
        write_user(account, user_id)
    made = Process(account, tmp_path / "sse.log", PRESENCE_LEASE_SECONDS="1.5", PRESENCE_GRACE_SECONDS="0.2")
    yield made
    if made._popen is not None and made._popen.poll() is None:
        made._popen.kill()
        made._popen.wait()


def table(account: Account) -> dict[tuple[str, str], dict[str, Any]]:
    items = account.client("dynamodb").scan(TableName="pong", ConsistentRead=True)["Items"]
    return {(item["pk"]["S"], item["sk"]["S"]): item for item in items}


def containers_of(account: Account, user_id: int) -> set[str]:
    """The containers on which the table has a user and whose lease runs."""
    rows = table(account)
    ends = json.loads(rows[keys.leases()]["ends"]["S"])
    seat = rows[keys.seat(user_id)]
    return {name for name in seat.get("containers", {"SS": []})["SS"] if ends.get(name, 0) > time.time()}


async def until(condition: Any) -> None:
    """Check again until it holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline, "never came true"
        await asyncio.sleep(0.05)


async def collect(client: Client, count: int) -> list[Event]:
    """The next events, pings left out; fewer if the stream ends."""
    events: list[Event] = []
    while len(events) < count:
        event = await client.event()
        if event is None:
            break
        if event.type != "ping":
            events.append(event)
    return events


def ns(events: list[Event]) -> list[int]:
    return [json.loads(event.data)["data"]["n"] for event in events if event.type == "lobby-update"]


@in_loop
async def test_an_event_goes_from_the_table_to_the_client(account: Account, process: Process) -> None:
    process.start()
    await process.ready()
    client = await process.listen(1)
    await until(lambda: containers_of(account, 1))

    write_events(account, 1, 2, 3)

    assert ns(await collect(client, 3)) == [1, 2, 3]
    client.close()
    await until(lambda: not containers_of(account, 1))


@in_loop
async def test_after_a_kill_under_traffic_a_client_that_resumes_misses_nothing(
    account: Account, process: Process
) -> None:
    process.start()
    await process.ready()
    staying, leaving = await process.listen(1), await process.listen(2)
    numbers = itertools.count(1)
    write_events(account, *itertools.islice(numbers, 20), to=(1, 2))
    seen = await collect(staying, 10)
    await collect(leaving, 10)

    process.stop(signal.SIGKILL)
    seen += await collect(staying, 1000)
    write_events(account, *itertools.islice(numbers, 20), to=(1, 2))
    process.start()
    write_events(account, *itertools.islice(numbers, 20), to=(1, 2))
    await process.ready()
    again = await process.listen(1, staying.parser.last_event_id)
    write_events(account, *itertools.islice(numbers, 20), to=(1, 2))

    seen += await collect(again, 80 - len(seen))
    assert "resync" not in {event.type for event in seen}
    assert ns(seen) == list(range(1, 81))
    # The user who reconnected is online with the new process; the lease of the other one has ended.
    await until(lambda: not table(account)[keys.seat(2)].get("containers"))
    await until(lambda: len(containers_of(account, 1)) == 1)
    await until(lambda: len(json.loads(table(account)[keys.leases()]["ends"]["S"])) == 1)


@in_loop
async def test_after_a_restart_an_unknown_id_gets_resync(process: Process) -> None:
    process.start()
    await process.ready()
    process.stop(signal.SIGKILL)
    process.start()
    await process.ready()

    client = await process.listen(1, "not an id of ours")

    (event,) = await collect(client, 1)
    assert event.type == "resync"


@in_loop
async def test_a_process_started_from_marks_refills_its_rings(account: Account, tmp_path: Path) -> None:
    """The ring is short, so the stream counts as old and only the marks say where to begin."""
    write_user(account, 1)
    process = Process(account, tmp_path / "sse.log", SSE_RING_SECONDS="4")
    process.start()
    try:
        await process.ready()
        listener = await process.listen(1)
        write_events(account, 1)
        await until(lambda: marks_of(account))
        first = min(marks_of(account))
        # It is dropped once two marks, and so the stream, are older than the window.
        await until(lambda: first not in marks_of(account))
        write_events(account, 2, 3)
        assert ns(await collect(listener, 3)) == [1, 2, 3]
        listener.close()
        assert process.stop(signal.SIGKILL) == -signal.SIGKILL
        write_events(account, 4)
        process.start()
        await process.ready()
        again = await process.listen(1, listener.parser.last_event_id)
        (event,) = await collect(again, 1)
    finally:
        process.stop(signal.SIGKILL)

    assert ns([event]) == [4]
    assert "reading from=mark" in process.log


def marks_of(account: Account) -> set[str]:
    return {sort for (_, sort), item in table(account).items() if item["kind"]["S"] == "checkpoint"}


def test_marks_are_stored_and_read_back(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a process of its own, because the store's connection belongs to the first account that it meets."""
    program = """
from shared.store.checkpoints import Mark, drop_marks, read_marks, save_mark
for moment in (1000.5, 2000.25, 3000.125):
    save_mark(Mark("arn:one", moment, {"shard": str(moment), "done": "end"}), "c")
save_mark(Mark("arn:two", 1500.0, {}), "c")
drop_marks([1000.5], "c")
for mark in read_marks("arn:one"):
    print(mark.taken_at, dict(mark.positions))
"""
    environment = {**os.environ, **account.environment}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "2000.25 {'shard': '2000.25', 'done': 'end'}",
        "3000.125 {'shard': '3000.125', 'done': 'end'}",
    ]


@in_loop
async def test_a_stop_takes_the_users_offline_and_exits_with_0(account: Account, process: Process) -> None:
    process.start()
    await process.ready()
    client = await process.listen(1)

    assert await asyncio.to_thread(process.stop) == 0

    assert await collect(client, 1) == []  # but pings
    assert client.ended_cleanly
    rows = table(account)
    assert not rows[keys.seat(1)].get("containers")
    assert json.loads(rows[keys.leases()]["ends"]["S"]) == {}


@in_loop
async def test_a_process_with_a_short_signing_key_does_not_start(process: Process) -> None:
    process.set(JWT_SECRET=f"{settings().jwt_secret},short")
    process.start()

    assert await asyncio.to_thread(process.wait) == 1
    (fatal,) = process.log.splitlines()
    assert "JWT_SECRET holds a key of 5 bytes: give every key 32 or more" in fatal


@in_loop
async def test_when_the_stream_is_gone_the_process_says_so_and_exits_with_1(
    account: Account, process: Process
) -> None:
    process.set(SSE_RING_SECONDS="10")
    process.start()
    await process.ready()
    client = await process.listen(1)

    account.client("dynamodb").delete_table(TableName="pong")

    assert await asyncio.to_thread(process.wait) == 1
    assert await collect(client, 1) == []  # but pings
    fatal = [line for line in process.log.splitlines() if '"critical"' in line]
    assert len(fatal) == 1
    assert "tail" in fatal[0]


def test_a_taken_port_is_one_clear_line(process: Process) -> None:
    import socket

    with socket.create_server(("127.0.0.1", process.port)):
        process.start()

        assert process.wait() == 1

    line = process.log.splitlines()[-1]
    assert f"127.0.0.1:{process.port}" in line
    assert "in use" in line


def test_choosing_a_start_needs_no_marks_for_a_new_stream(account: Account) -> None:
    stream = find_stream("pong", account.client("dynamodbstreams"))

    start = choose_start([], stream_created=stream.created, now=time.time(), window=330)

    assert start.otherwise == "horizon"
