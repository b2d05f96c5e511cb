"""The tail against a scripted stream: everything that emulators never do."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from sse.tail import (
    NOTHING_READ,
    READ_TO_ITS_END,
    DataTrimmed,
    IteratorExpired,
    Page,
    Position,
    Shard,
    ShardList,
    ShardMissing,
    Start,
    StreamRecord,
    StreamStalled,
    StreamUnavailable,
    Tail,
)
from tests.sse.factories import NOW, record


@dataclass
class ScriptedShard:
    parent: str | None = None
    records: list[StreamRecord] = field(default_factory=list)
    closed: bool = False
    trimmed: int = 0
    """So many of the oldest records are gone."""


class ScriptedStream:
    """A stream that does what it is told: shards, pages, and troubles, in memory.

    An iterator is the shard and the index of its next record.
    """

    def __init__(self, *, page_size: int = 2, shards_per_page: int = 2) -> None:
        self.all: dict[str, ScriptedShard] = {}
        self.page_size = page_size
        self.shards_per_page = shards_per_page
        self.listing_order: list[str] | None = None
        self.troubles: list[Exception] = []
        """What the next calls raise, one each."""
        self.shard_troubles: dict[str, Exception] = {}
        """What every read of a shard raises."""
        self.expired: set[str] = set()
        self.empty_pages: dict[str, int] = {}
        """So many reads of a shard give nothing although there is something."""
        self.opened: list[tuple[str, Position, str | None]] = []
        self.iterators = 0

    def shard(self, shard_id: str, *sequences: str, parent: str | None = None, closed: bool = False) -> None:
        made = [record(sequence, created=NOW - 60) for sequence in sequences]
        self.all[shard_id] = ScriptedShard(parent, made, closed)

    def add(self, shard_id: str, *sequences: str) -> None:
        self.all[shard_id].records += [record(sequence) for sequence in sequences]

    def shards(self, after: str | None) -> ShardList:
        self._trouble()
        order = self.listing_order or list(self.all)
        start = 0 if after is None else order.index(after) + 1
        page = order[start : start + self.shards_per_page]
        more = start + self.shards_per_page < len(order)
        return ShardList(
            tuple(Shard(id_, self.all[id_].parent) for id_ in page),
            page[-1] if more else None,
        )

    def open(self, shard_id: str, position: Position, after_sequence: str | None) -> str:
        self._trouble()
        self.opened.append((shard_id, position, after_sequence))
        shard = self.all[shard_id]
        if after_sequence is not None:
            index = next(i for i, rec in enumerate(shard.records) if rec.sequence == after_sequence) + 1
            if index < shard.trimmed:
                raise DataTrimmed
        else:
            index = shard.trimmed if position == "horizon" else len(shard.records)
        return self._iterator(shard_id, index)

    def read(self, iterator: str) -> Page:
        self._trouble()
        if iterator in self.expired:
            raise IteratorExpired
        shard_id, index_text, _ = iterator.split("/")
        if shard_id in self.shard_troubles:
            raise self.shard_troubles[shard_id]
        shard, index = self.all[shard_id], int(index_text)
        if index < shard.trimmed:
            raise DataTrimmed
        if self.empty_pages.get(shard_id, 0) > 0:
            self.empty_pages[shard_id] -= 1
            return Page((), self._iterator(shard_id, index))
        page = shard.records[index : index + self.page_size]
        end = index + len(page)
        over = shard.closed and end == len(shard.records)
        return Page(tuple(page), None if over else self._iterator(shard_id, end))

    def expire_iterators(self) -> None:
        """All iterators given out so far are too old now."""
        self.expired |= {
            f"{id_}/{i}/{n}" for id_ in self.all for i in range(99) for n in range(self.iterators + 1)
        }

    def _iterator(self, shard_id: str, index: int) -> str:
        self.iterators += 1
        return f"{shard_id}/{index}/{self.iterators}"

    def _trouble(self) -> None:
        if self.troubles:
            raise self.troubles.pop(0)


def make_tail(stream: ScriptedStream, start: Start | None = None, *, began: float = NOW) -> Tail:
    return Tail(stream, start or Start(), began=began, listing_seconds=10, stall_seconds=25)


def follow(tail: Tail, turns: int = 12, *, start: float = NOW, step: float = 1.0) -> list[str]:
    """Sequence numbers in the order in which they were read."""
    found = []
    for turn in range(turns):
        for batch in tail.turn(start + turn * step).batches:
            found += [rec.sequence for rec in batch.records]
    return found


def test_all_records_of_a_shard_are_read_in_order() -> None:
    stream = ScriptedStream(page_size=2)
    stream.shard("s", "1", "2", "3", "4", "5")

    assert follow(make_tail(stream)) == ["1", "2", "3", "4", "5"]


def test_records_that_come_later_are_read_too() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1")
    tail = make_tail(stream)
    assert follow(tail) == ["1"]

    stream.add("s", "2", "3")

    assert follow(tail, start=NOW + 20) == ["2", "3"]


def test_an_empty_page_is_not_the_end() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1", "2")
    stream.empty_pages["s"] = 5

    assert follow(make_tail(stream)) == ["1", "2"]


def test_shards_on_all_pages_of_the_list_are_read() -> None:
    stream = ScriptedStream(shards_per_page=2)
    for name in "abcde":
        stream.shard(name, f"{name}1")

    assert sorted(follow(make_tail(stream))) == ["a1", "b1", "c1", "d1", "e1"]


@pytest.mark.parametrize("seed", range(10))
def test_parents_are_read_before_their_children_however_the_list_is_shuffled(seed: int) -> None:
    stream = ScriptedStream(page_size=1, shards_per_page=2)
    stream.shard("root", "01", "02", "03", closed=True)
    stream.shard("left", "11", "12", parent="root", closed=True)
    stream.shard("right", "21", "22", parent="root")
    stream.shard("leftmost", "31", "32", parent="left")
    stream.listing_order = random.Random(seed).sample(list(stream.all), 4)

    found = follow(make_tail(stream), 40)

    assert len(found) == 9
    for earlier, later in (("03", "11"), ("03", "21"), ("12", "31")):
        assert found.index(earlier) < found.index(later)


def test_a_shard_that_splits_while_it_is_read_is_followed_by_its_children() -> None:
    stream = ScriptedStream()
    stream.shard("old", "1", "2")
    tail = make_tail(stream)
    assert follow(tail, 4) == ["1", "2"]

    stream.add("old", "3")
    stream.all["old"].closed = True
    stream.shard("new1", "4", parent="old")
    stream.shard("new2", "5", parent="old")

    # Long before the next listing is due: the end of a shard asks for one.
    found = follow(tail, 4, start=NOW + 4)
    assert found[0] == "3"
    assert sorted(found[1:]) == ["4", "5"]


def test_a_shard_that_appears_without_a_parent_is_found_by_the_next_listing() -> None:
    stream = ScriptedStream()
    stream.shard("a", "1")
    tail = make_tail(stream)
    follow(tail, 2)

    stream.shard("b", "2")

    assert follow(tail, 12, start=NOW + 2) == ["2"]


def test_a_child_whose_parent_is_not_listed_any_more_is_read() -> None:
    stream = ScriptedStream()
    stream.shard("child", "1", parent="trimmed away")

    assert follow(make_tail(stream)) == ["1"]


def test_an_expired_iterator_is_reopened_after_the_last_record_read() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1", "2")
    tail = make_tail(stream)
    assert follow(tail, 2) == ["1", "2"]

    stream.expire_iterators()
    stream.add("s", "3")
    turns = [tail.turn(NOW + n) for n in range(2, 5)]

    assert [rec.sequence for turn in turns for batch in turn.batches for rec in batch.records] == ["3"]
    assert not any(turn.gap for turn in turns)
    assert stream.opened[-1] == ("s", "horizon", "2")


def test_an_iterator_that_expires_before_the_first_record_starts_over() -> None:
    stream = ScriptedStream()
    stream.shard("s")
    tail = make_tail(stream)
    follow(tail, 2)

    stream.expire_iterators()
    stream.add("s", "1")

    assert follow(tail, start=NOW + 2) == ["1"]


def test_trimmed_records_are_a_gap_and_reading_goes_on_at_the_horizon() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1", "2", "3", "4")
    stream.all["s"].trimmed = 2
    tail = make_tail(stream, Start({"s": "1"}))

    turns = [tail.turn(NOW + n) for n in range(4)]

    assert [turn.gap for turn in turns] == [True, False, False, False]
    assert [rec.sequence for turn in turns for batch in turn.batches for rec in batch.records] == ["3", "4"]


def test_a_shard_that_vanishes_is_a_gap() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1")
    stream.shard("other", "2")
    tail = make_tail(stream)
    follow(tail, 2)

    stream.shard_troubles["s"] = ShardMissing()

    assert tail.turn(NOW + 2).gap
    assert tail.positions["s"] == READ_TO_ITS_END


def test_throttling_is_waited_out_without_loss_and_ever_longer() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1", "2")
    stream.shard_troubles["s"] = StreamUnavailable("slow down")
    tail = make_tail(stream)
    reads = []
    original = stream.read
    stream.read = lambda iterator: (reads.append(1), original(iterator))[1]  # type: ignore[method-assign,func-returns-value]

    for tick in range(100):  # ten seconds
        tail.turn(NOW + tick / 10)
    assert 4 <= len(reads) <= 8

    del stream.shard_troubles["s"]
    assert follow(tail, start=NOW + 15) == ["1", "2"]


def test_a_throttled_shard_does_not_hold_up_the_others() -> None:
    stream = ScriptedStream()
    stream.shard("bad", "1")
    stream.shard("good", "2")
    stream.shard_troubles["bad"] = StreamUnavailable("slow down")

    assert follow(make_tail(stream), 3) == ["2"]


def test_a_shard_that_cannot_be_read_for_too_long_ends_the_tail() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1")
    stream.shard_troubles["s"] = StreamUnavailable("down")

    with pytest.raises(StreamStalled, match="s can't be read: down"):
        follow(make_tail(stream), 60)


def test_a_shard_that_can_be_read_now_and_then_is_good_enough() -> None:
    stream = ScriptedStream()
    stream.shard("s")
    tail = make_tail(stream)

    for minute in range(3):
        stream.add("s", str(minute))
        stream.shard_troubles["s"] = StreamUnavailable("slow down")
        assert follow(tail, 3, start=NOW + 60 * minute) == []
        del stream.shard_troubles["s"]
        assert follow(tail, 3, start=NOW + 60 * minute + 10) == [str(minute)]


def test_a_list_that_fails_is_asked_for_again() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1")
    stream.troubles = [StreamUnavailable("down")] * 3

    assert follow(make_tail(stream), 10) == ["1"]


def test_a_list_that_fails_for_too_long_ends_the_tail() -> None:
    stream = ScriptedStream()
    stream.troubles = [StreamUnavailable("down")] * 99

    with pytest.raises(StreamStalled, match="listed"):
        follow(make_tail(stream), 60)


def test_a_stream_without_open_shards_ends_the_tail() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1", closed=True)

    with pytest.raises(StreamStalled, match="no open shard"):
        follow(make_tail(stream), 60)


def test_an_error_that_repeating_does_not_mend_is_raised() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1")
    stream.shard_troubles["s"] = RuntimeError("access denied")

    with pytest.raises(RuntimeError, match="access denied"):
        make_tail(stream).turn(NOW)


def test_starting_at_the_end_skips_what_is_there_but_no_later_shard() -> None:
    stream = ScriptedStream()
    stream.shard("closed", "1", closed=True)
    stream.shard("open", "2", parent="closed")
    tail = make_tail(stream, Start(otherwise="latest"))
    assert follow(tail, 3) == []

    stream.add("open", "3")
    stream.all["open"].closed = True
    stream.shard("child", "4", parent="open")

    assert follow(tail, start=NOW + 3) == ["3", "4"]


def test_an_iterator_at_the_end_that_expires_unused_is_a_gap() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1")
    tail = make_tail(stream, Start(otherwise="latest"))
    tail.turn(NOW)

    stream.expire_iterators()

    assert tail.turn(NOW + 1).gap


def read_some(stream: ScriptedStream, turns: int) -> Mapping[str, str]:
    tail = make_tail(stream)
    follow(tail, turns)
    return tail.positions


@pytest.mark.parametrize("turns", range(12))
def test_another_tail_goes_on_exactly_where_positions_were_taken(turns: int) -> None:
    def family() -> ScriptedStream:
        stream = ScriptedStream(page_size=1)
        stream.shard("root", "01", "02", closed=True)
        stream.shard("left", "11", "12", "13", parent="root")
        stream.shard("right", "21", parent="root")
        return stream

    stream = family()
    tail = make_tail(stream)
    before = follow(tail, turns)

    after = follow(make_tail(stream, Start(tail.positions)), 20)

    assert sorted(before + after) == ["01", "02", "11", "12", "13", "21"]


def test_positions_tell_closed_shards_from_those_not_begun() -> None:
    stream = ScriptedStream(page_size=5)
    stream.shard("closed", "1", closed=True)
    stream.shard("begun", "2", parent="closed")
    stream.shard("empty", parent="closed")

    assert read_some(stream, 4) == {"closed": READ_TO_ITS_END, "begun": "2", "empty": NOTHING_READ}


def test_closed_shards_that_are_not_listed_any_more_leave_the_positions() -> None:
    stream = ScriptedStream()
    stream.shard("closed", "1", closed=True)
    stream.shard("open", "2", parent="closed")
    tail = make_tail(stream)
    follow(tail, 4)

    del stream.all["closed"]
    follow(tail, 12, start=NOW + 5)

    assert set(tail.positions) == {"open"}


def caught_up_after(stream: ScriptedStream) -> int:
    tail = make_tail(stream)
    for turn in range(1, 50):
        tail.turn(NOW + turn)
        if tail.caught_up:
            return turn
    raise AssertionError("never")


def test_it_has_caught_up_when_every_shard_gave_nothing_twice() -> None:
    stream = ScriptedStream(page_size=1)
    stream.shard("a", "1", "2", "3")
    stream.shard("b")

    assert caught_up_after(stream) == 5


def test_it_has_caught_up_when_it_meets_records_made_after_the_start() -> None:
    stream = ScriptedStream(page_size=1)
    stream.shard("busy")
    stream.all["busy"].records = [record(str(n), created=NOW - 3 + n) for n in range(40)]

    assert caught_up_after(stream) == 4


def test_it_has_not_caught_up_while_children_wait_for_their_parent() -> None:
    stream = ScriptedStream(page_size=1)
    stream.shard("root", *(str(n) for n in range(10)), closed=True)
    stream.shard("child", parent="root")

    assert caught_up_after(stream) > 10


def test_several_shards_are_read_through_the_pool_it_is_given() -> None:
    from concurrent.futures import ThreadPoolExecutor

    stream = ScriptedStream()
    for name in "abcdef":
        stream.shard(name, f"{name}1", f"{name}2")
    with ThreadPoolExecutor(4) as pool:
        tail = Tail(stream, Start(), began=NOW, gather=pool.map)
        found = follow(tail, 3)

    assert sorted(found) == sorted(f"{name}{n}" for name in "abcdef" for n in (1, 2))
