from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace

import pytest

from shared.store.checkpoints import Mark
from sse.hub import Hub
from sse.marks import choose_start, obsolete
from sse.outbox import BrokenOutbox, event_place, read_outbox
from sse.reader import Pace, Reader
from sse.shards import StreamUnavailable
from sse.tail import Start, Tail
from tests.sse.test_tail import ScriptedStream
from tests.support.sse.records import NOW, Listener, record
from tests.support.sse.server import in_loop


def make_reader(stream: ScriptedStream, hub: Hub, start: Start | None = None) -> Reader:
    clock = itertools.count(NOW, 0.01)
    return Reader(
        Tail(stream, start or Start(), began=NOW), hub, poll_seconds=0.001, clock=lambda: float(next(clock))
    )


async def catch_up(reader: Reader) -> None:
    """Run the reader until it has caught up."""
    reading = asyncio.create_task(asyncio.to_thread(reader.run))
    await reader.caught_up.wait()
    reader.stop()
    await reading


@in_loop
async def test_events_of_the_stream_reach_the_listeners() -> None:
    stream = ScriptedStream(page_size=10)
    stream.shard("s")
    stream.all["s"].records = [record(str(n), n=n) for n in range(5)]
    hub = Hub(name="test")
    listener = Listener(hub)
    reader = make_reader(stream, hub)

    await catch_up(reader)
    listener.read()

    assert listener.numbers == list(range(5))


@in_loop
async def test_an_outbox_item_that_cannot_be_read_makes_every_client_resync(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stream = ScriptedStream(page_size=10)
    stream.shard("s")
    stream.all["s"].records = [record("1", image={"id": {"N": "x"}}), record("2", n=2)]
    hub = Hub(name="test")
    listener = Listener(hub)
    reader = make_reader(stream, hub)

    await catch_up(reader)
    listener.read()

    assert listener.codes == ["resync", "lobby-update"]
    assert "OUTBOX#" in caplog.text


@in_loop
async def test_a_trimmed_stream_makes_every_client_resync() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1", "2", "3")
    stream.all["s"].trimmed = 2
    hub = Hub(name="test")
    listener = Listener(hub)
    reader = make_reader(stream, hub, Start({"s": "1"}))

    await catch_up(reader)
    listener.read()

    assert listener.codes == ["resync", "lobby-update"]


@in_loop
async def test_with_two_shards_replays_overlap() -> None:
    stream = ScriptedStream()
    stream.shard("s")
    stream.shard("t")
    stream.all["s"].records = [record("1")]
    hub = Hub(name="test")
    reader = make_reader(stream, hub)

    await catch_up(reader)

    assert hub.several_shards


@in_loop
async def test_a_tail_that_dies_ends_the_reader_with_its_error() -> None:
    stream = ScriptedStream()
    stream.shard("s")
    stream.shard_errors["s"] = RuntimeError("denied")
    reader = make_reader(stream, Hub(name="test"))

    with pytest.raises(RuntimeError, match="denied"):
        await asyncio.to_thread(reader.run)


@in_loop
async def test_a_hub_that_fails_ends_the_reader_with_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    stream = ScriptedStream()
    stream.shard("s", "1")
    monkeypatch.setattr(Hub, "publish", broken)
    reader = make_reader(stream, Hub(name="test"))

    with pytest.raises(ZeroDivisionError):
        await asyncio.to_thread(reader.run)


@in_loop
async def test_the_reader_goes_on_after_the_stream_was_unavailable() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1")
    stream.errors = [StreamUnavailable("slow down")]
    hub = Hub(name="test")
    listener = Listener(hub)
    reader = make_reader(stream, hub)

    await catch_up(reader)
    listener.read()

    assert len(listener.events) == 1


def test_the_pace_slows_down_to_its_bounds_and_is_fast_again_at_once() -> None:
    pace = Pace(0.01)

    quiet = [pace.next_wait(found=False, listeners=True) for _ in range(50)]
    alone = [pace.next_wait(found=False, listeners=False) for _ in range(50)]

    assert quiet == sorted(quiet)
    assert quiet[0] < 0.02
    assert quiet[-1] <= 0.05
    assert alone[-1] == 0.5
    assert pace.next_wait(found=False, listeners=True) <= 0.05
    assert pace.next_wait(found=True, listeners=True) == 0.01


def test_the_pace_is_never_faster_than_the_service_allows() -> None:
    pace = Pace(0.2)

    assert {pace.next_wait(found=found, listeners=True) for found in (True, False) * 20} == {0.2}


@pytest.mark.parametrize(
    "other",
    [
        record("1", name="MODIFY"),
        record("1", name="REMOVE"),
        record("1", sk="MATCH"),
        record("1", sk="TIMER"),
    ],
)
def test_records_of_other_kinds_are_passed_over(other: object) -> None:
    assert read_outbox(other) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "image",
    [
        {},
        {"id": {"N": "1"}},
        {"id": {"N": "1"}, "entries": {"S": "not json"}},
        {"id": {"N": "1"}, "entries": {"S": '[{"to": [1]}]'}},
        {"id": {"N": "1"}, "entries": {"S": '[{"to": 1, "event": {"event_code": "x"}}]'}},
        {"id": {"N": "99999999999999999999999"}, "entries": {"S": "[]"}},
    ],
)
def test_a_broken_outbox_item_is_told_from_others(image: dict[str, object]) -> None:
    with pytest.raises(BrokenOutbox):
        read_outbox(record("1", image=image))


def test_events_of_two_partitions_have_two_ids_even_if_their_outbox_items_drew_the_same_one() -> None:
    lobby = record("1")
    chat = replace(lobby, pk="CHAT#2")

    one, other = read_outbox(lobby), read_outbox(chat)

    assert one is not None
    assert other is not None
    assert one.deliveries[0].id != other.deliveries[0].id


def test_an_event_carries_the_id_of_its_outbox_item_its_index_and_its_partition() -> None:
    made = record("1", n=3, to=(5, 4))

    item = read_outbox(made)

    assert item is not None
    (delivery,) = item.deliveries
    assert delivery.id == f"{made.image['id']['N']}-0-{event_place('LOBBY#1')}"
    assert delivery.to == (5, 4)
    assert item.committed == pytest.approx(NOW, abs=0.001)


WINDOW = 330.0


def marks(*ages: float) -> list[Mark]:
    return [Mark("arn", NOW - age, {"s": str(age)}) for age in ages]


def chosen_age(*ages: float) -> str | None:
    start = choose_start(marks(*ages), stream_created=0.0, now=NOW, window=WINDOW)
    return start.positions.get("s")


def test_a_start_reads_from_the_latest_mark_that_covers_the_window() -> None:
    assert chosen_age(1000.0, 400.0, 350.0, 320.0, 10.0) == "350.0"


def test_without_a_mark_that_old_it_reads_from_the_oldest() -> None:
    assert chosen_age(30.0, 200.0, 10.0) == "200.0"


def test_a_start_says_since_when_it_covers_all_events() -> None:
    start = choose_start(marks(350.0, 20.0), stream_created=0.0, now=NOW, window=WINDOW)

    assert start.covered_since == NOW - 350
    assert start.otherwise == "horizon"


def test_a_young_stream_is_read_from_its_beginning() -> None:
    start = choose_start(marks(20.0), stream_created=NOW - 60, now=NOW, window=WINDOW)

    assert (start.positions, start.otherwise) == ({}, "horizon")
    assert start.covered_since == 0.0


@pytest.mark.parametrize("ages", [(), (700.0,), (50_000.0, 800.0)])
def test_an_old_stream_without_a_useful_mark_is_read_from_now_on(ages: tuple[float, ...]) -> None:
    start = choose_start(marks(*ages), stream_created=0.0, now=NOW, window=WINDOW)

    assert (start.positions, start.otherwise) == ({}, "latest")
    assert start.covered_since == NOW


def test_marks_that_no_start_chooses_any_more_are_obsolete() -> None:
    taken = [NOW - age for age in (500.0, 400.0, 340.0, 300.0, 10.0)]

    assert obsolete(taken, now=NOW, window=WINDOW) == [NOW - 500, NOW - 400]
