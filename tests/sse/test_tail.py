"""The tail against a scripted stream, which does all that emulators never do."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from sse.shards import (
    DataTrimmed,
    IteratorExpired,
    Page,
    Position,
    Shard,
    ShardList,
    ShardMissing,
    StreamRecord,
    StreamUnavailable,
)
from sse.tail import FULLY_READ, MAX_BACK_OFF_SECONDS, NOTHING_READ, Start, StreamStalled, Tail, back_off
from tests.support.sse.records import NOW, record


@dataclass
class ScriptedShard:
    parent: str | None = None
    records: list[StreamRecord] = field(default_factory=list)
    closed: bool = False
    trimmed: int = 0
    """The number of oldest records that are gone."""


class ScriptedStream:
    """A stream in memory that a test scripts: shards, pages and errors.

    An iterator is the shard and the index of its next record.
    """

    def __init__(self, *, page_size: int = 2, shards_per_page: int = 2) -> None:
        self.all: dict[str, ScriptedShard] = {}
        self.page_size = page_size
        self.shards_per_page = shards_per_page
        self.listing_order: list[str] | None = None
        self.errors: list[Exception] = []
        """The next calls raise these, one each."""
        self.shard_errors: dict[str, Exception] = {}
        """Every read of the shard raises this."""
        self.expired: set[str] = set()
        self.empty_pages: dict[str, int] = {}
        """The number of reads of a shard that give no records although there are some."""
        self.opened: list[tuple[str, Position, str | None]] = []
        self.iterators = 0

    def shard(self, shard_id: str, *sequences: str, parent: str | None = None, closed: bool = False) -> None:
        made = [record(sequence, created=NOW - 60) for sequence in sequences]
        self.all[shard_id] = ScriptedShard(parent, made, closed)

    def add(self, shard_id: str, *sequences: str) -> None:
        self.all[shard_id].records += [record(sequence) for sequence in sequences]

    def shards(self, after: str | None) -> ShardList:
        self._raise_error()
        order = self.listing_order or list(self.all)
        start = 0 if after is None else order.index(after) + 1
        page = order[start : start + self.shards_per_page]
        more = start + self.shards_per_page < len(order)
        return ShardList(
            tuple(Shard(id_, self.all[id_].parent) for id_ in page),
            page[-1] if more else None,
        )

    def open(self, shard_id: str, position: Position, after_sequence: str | None) -> str:
        self._raise_error()
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
        self._raise_error()
        if iterator in self.expired:
            raise IteratorExpired
        shard_id, index_text, _ = iterator.split("/")
        if shard_id in self.shard_errors:
            raise self.shard_errors[shard_id]
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
        """Make all iterators given out so far too old."""
        self.expired |= {
            f"{id_}/{i}/{n}" for id_ in self.all for i in range(99) for n in range(self.iterators + 1)
        }

    def _iterator(self, shard_id: str, index: int) -> str:
        self.iterators += 1
        return f"{shard_id}/{index}/{self.iterators}"

    def _raise_error(self) -> None:
        if self.errors:
            raise self.errors.pop(0)


def make_tail(stream: ScriptedStream, start: Start | None = None, *, began: float = NOW) -> Tail:
    return Tail(stream, start or Start(), began=began, listing_seconds=10, stall_seconds=25)


def follow(tail: Tail, polls: int = 12, *, start: float = NOW, step: float = 1.0) -> list[str]:
    """Sequence numbers in the order in which they were read."""
    found = []
    for n in range(polls):
        for batch in tail.poll(start + n * step).batches:
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
    polls = [tail.poll(NOW + n) for n in range(2, 5)]

    assert [rec.sequence for poll in polls for batch in poll.batches for rec in batch.records] == ["3"]
    assert not any(poll.gap for poll in polls)
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

    polls = [tail.poll(NOW + n) for n in range(4)]

    assert [poll.gap for poll in polls] == [True, False, False, False]
    assert [rec.sequence for poll in polls for batch in poll.batches for rec in batch.records] == ["3", "4"]


def test_a_shard_that_vanishes_is_a_gap() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1")
    stream.shard("other", "2")
    tail = make_tail(stream)
    follow(tail, 2)

    stream.shard_errors["s"] = ShardMissing()

    assert tail.poll(NOW + 2).gap
    assert tail.positions["s"] == FULLY_READ


def test_throttling_is_waited_out_without_loss_and_ever_longer() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1", "2")
    stream.shard_errors["s"] = StreamUnavailable("slow down")
    tail = make_tail(stream)
    reads = []
    original = stream.read
    stream.read = lambda iterator: (reads.append(1), original(iterator))[1]  # type: ignore[method-assign,func-returns-value]

    for tick in range(100):  # ten seconds
        tail.poll(NOW + tick / 10)
    assert 4 <= len(reads) <= 8

    del stream.shard_errors["s"]
    assert follow(tail, start=NOW + 15) == ["1", "2"]


def test_a_throttled_shard_does_not_hold_up_the_others() -> None:
    stream = ScriptedStream()
    stream.shard("bad", "1")
    stream.shard("good", "2")
    stream.shard_errors["bad"] = StreamUnavailable("slow down")

    assert follow(make_tail(stream), 3) == ["2"]


def test_a_shard_that_cannot_be_read_for_too_long_ends_the_tail() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1")
    stream.shard_errors["s"] = StreamUnavailable("down")

    with pytest.raises(StreamStalled, match="s can't be read: down"):
        follow(make_tail(stream), 60)


def test_a_shard_that_can_be_read_now_and_then_is_good_enough() -> None:
    stream = ScriptedStream()
    stream.shard("s")
    tail = make_tail(stream)

    for minute in range(3):
        stream.add("s", str(minute))
        stream.shard_errors["s"] = StreamUnavailable("slow down")
        assert follow(tail, 3, start=NOW + 60 * minute) == []
        del stream.shard_errors["s"]
        assert follow(tail, 3, start=NOW + 60 * minute + 10) == [str(minute)]


def test_a_list_that_fails_is_asked_for_again() -> None:
    stream = ScriptedStream()
    stream.shard("s", "1")
    stream.errors = [StreamUnavailable("down")] * 3

    assert follow(make_tail(stream), 10) == ["1"]


def test_a_list_that_fails_for_too_long_ends_the_tail() -> None:
    stream = ScriptedStream()
    stream.errors = [StreamUnavailable("down")] * 99

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
    stream.shard_errors["s"] = RuntimeError("access denied")

    with pytest.raises(RuntimeError, match="access denied"):
        make_tail(stream).poll(NOW)


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
    tail.poll(NOW)

    stream.expire_iterators()

    assert tail.poll(NOW + 1).gap


def positions_after(stream: ScriptedStream, polls: int) -> Mapping[str, str]:
    tail = make_tail(stream)
    follow(tail, polls)
    return tail.positions


@pytest.mark.parametrize("polls", range(12))
def test_another_tail_goes_on_exactly_where_positions_were_taken(polls: int) -> None:
    def family() -> ScriptedStream:
        stream = ScriptedStream(page_size=1)
        stream.shard("root", "01", "02", closed=True)
        stream.shard("left", "11", "12", "13", parent="root")
        stream.shard("right", "21", parent="root")
        return stream

    stream = family()
    tail = make_tail(stream)
    before = follow(tail, polls)

    after = follow(make_tail(stream, Start(tail.positions)), 20)

    assert sorted(before + after) == ["01", "02", "11", "12", "13", "21"]


def test_positions_tell_closed_shards_from_those_not_begun() -> None:
    stream = ScriptedStream(page_size=5)
    stream.shard("closed", "1", closed=True)
    stream.shard("begun", "2", parent="closed")
    stream.shard("empty", parent="closed")

    assert positions_after(stream, 4) == {"closed": FULLY_READ, "begun": "2", "empty": NOTHING_READ}


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
    for n in range(1, 50):
        tail.poll(NOW + n)
        if tail.caught_up:
            return n
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
        tail = Tail(stream, Start(), began=NOW, map_shards=pool.map)
        found = follow(tail, 3)

    assert sorted(found) == sorted(f"{name}{n}" for name in "abcdef" for n in (1, 2))


def test_the_wait_after_a_failure_is_bounded_however_many_there_were() -> None:
    assert back_off(0) < back_off(1) < MAX_BACK_OFF_SECONDS
    assert back_off(10_000) == MAX_BACK_OFF_SECONDS
