"""What the container reports once a minute."""

from __future__ import annotations

import asyncio
import itertools
import json
import random

import pytest

from shared.metrics import METRICS, MOST_VALUES, emit
from shared.settings import settings
from sse.hub import Hub
from sse.measures import Delays, measures
from sse.reader import Reader
from sse.shards import StreamUnavailable
from sse.tail import Start, Tail
from tests.sse.test_tail import ScriptedStream, make_tail
from tests.support.sse.records import NOW, Listener, record
from tests.support.sse.server import in_loop


class NoticedDelays(Delays):
    """Tells of the first delay."""

    def __init__(self) -> None:
        super().__init__()
        self.noticed = asyncio.Event()

    def add(self, seconds: float) -> None:
        super().add(seconds)
        self.noticed.set()


def test_few_delays_are_reported_one_by_one_in_milliseconds_and_once() -> None:
    delays = Delays()
    for seconds in (0.25, 0.0312, -0.002):
        delays.add(seconds)

    assert delays.take() == [250.0, 31.2, 0.0]
    assert delays.take() == []


def test_of_many_delays_a_sample_is_reported_in_which_early_and_late_ones_are_alike() -> None:
    random.seed(7)
    delays = Delays()
    for n in range(20_000):
        delays.add(n / 1000)
    sample = delays.take()

    assert len(sample) == MOST_VALUES
    assert 8_000 < sum(sample) / len(sample) < 12_000
    assert sum(value < 10_000 for value in sample) in range(30, 71)


def test_a_reader_that_has_read_all_has_no_lag() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1", "2")
    tail = make_tail(stream)
    for n in range(4):
        tail.poll(NOW + n)

    assert tail.read_until == NOW + 3


def test_the_lag_is_that_of_the_shard_that_was_read_least() -> None:
    stream = ScriptedStream()
    stream.shard("s")
    stream.shard("t")
    tail = make_tail(stream)
    tail.poll(NOW)
    stream.shard_errors["t"] = StreamUnavailable()
    for n in range(1, 10):
        tail.poll(NOW + n)

    assert measures(Hub(name="test"), tail, Delays(), NOW + 9)["ReaderLag"] == 9_000


def test_a_reader_that_is_behind_lags_by_the_age_of_its_newest_record() -> None:
    stream = ScriptedStream(page_size=2)
    stream.shard("s")
    stream.all["s"].records = [record(str(n), created=NOW - 60 + n) for n in range(1, 9)]
    tail = make_tail(stream)
    tail.poll(NOW)

    assert NOW - tail.read_until == 58


@in_loop
async def test_the_delay_of_live_events_is_measured_and_not_that_of_old_ones_read_again() -> None:
    stream = ScriptedStream(page_size=10)
    stream.shard("s")
    stream.all["s"].records = [record("1", n=1, created=NOW - 100)]
    delays, clock = NoticedDelays(), itertools.count(NOW, 0.01)
    tail = Tail(stream, Start(), began=NOW)
    reader = Reader(
        tail, Hub(name="test"), poll_seconds=0.001, delays=delays, clock=lambda: float(next(clock))
    )
    reading = asyncio.create_task(asyncio.to_thread(reader.run))
    await reader.caught_up.wait()
    assert delays.take() == []

    stream.add("s", "2")
    async with asyncio.timeout(10):
        await delays.noticed.wait()
    reader.stop()
    await reading
    assert len(delays.take()) == 1


def test_a_report_has_the_open_streams_and_leaves_out_delays_of_no_events() -> None:
    hub = Hub(name="test")
    Listener(hub)
    tail = Tail(ScriptedStream(), Start(), began=NOW)
    delays = Delays()

    quiet = measures(hub, tail, delays, NOW)
    delays.add(0.1)
    busy = measures(hub, tail, delays, NOW)

    assert quiet == {"StreamsOpen": 1, "ReaderLag": 0}
    assert busy["EventDelay"] == [100.0]
    assert busy.keys() <= METRICS.keys()


def test_a_report_is_one_line_and_none_on_a_laptop(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    emit({"StreamsOpen": 3})
    assert capsys.readouterr().out == ""

    monkeypatch.setenv("METRICS_STACK", "pong")
    settings.cache_clear()
    emit({"StreamsOpen": 3, "EventDelay": [1.5, 2.0]})
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["EventDelay"] == [1.5, 2.0]
