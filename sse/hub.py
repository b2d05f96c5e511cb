"""Who gets what: routes events to streams and replays what a resuming client missed.

Pure: no sockets, no clock, no I/O. Every method runs to its end without giving up control, so that attaching
with replay is atomic relative to publishing: nothing falls between the replay and what follows live.

What a client is promised (docs/contract/events.md#delivery): at least once, in order within one partition of the
table; after a reconnection everything since its last id, or `resync` as the first event.

Order between shards. Each process reads the shards in a relative order of its own, so an id delivered by
one process may stand, in another one's ring, behind events of other shards that its client hasn't seen. A
replay therefore starts with the events of *other* shards committed up to `skew_seconds` before the
id's own: repeats, not losses. With a single shard it is exact.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from shared.events import render
from sse.framing import frame, opening
from sse.outbox import Change

LAST_EVENT = "delete-user"
"""The event after which a user has no streams any more."""

MOST_REMEMBERED_CHANGES = 200_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in a user's ring: an event, or (without frame) a mark that a client can resume from."""

    id: str
    frame: bytes
    shard: str
    """Where the event was read; empty for a mark, which only this process knows."""
    committed: float


class Stream:
    """One open connection of a user, as the hub sees it: what is still to be written to it.

    `wake` is called when there is something to do: bytes to take, the end to be written, or the cut.
    """

    __slots__ = ("_limit", "_pending", "_queue_events", "cut", "ending", "unread_pings", "user_id", "wake")

    def __init__(self, user_id: int, queue_events: int, wake: Callable[[Stream], None]) -> None:
        self.user_id = user_id
        self.wake = wake
        self.ending = False
        """Nothing more will come: write what is pending, then close."""
        self.cut = False
        """The client is too slow: close without writing; it can resume."""
        self.unread_pings = 0
        self._pending: list[bytes] = []
        self._queue_events = queue_events
        self._limit = queue_events

    def begin(self, frames: list[bytes]) -> None:
        """Put the opening and the replay in; they don't count against the queue's bound."""
        self._pending = frames
        self._limit = self._queue_events + len(frames)

    def push(self, event: bytes) -> None:
        """Queue one event; cuts the stream off if its client is that far behind."""
        if self.ending or self.cut:
            return
        if len(self._pending) >= self._limit:
            self.cut_off()
            return
        self._pending.append(event)
        if len(self._pending) == 1:
            self.wake(self)

    def ping(self, event: bytes, patience: int) -> None:
        """Queue a heartbeat unless something is waiting anyway.

        A client that has left something unread for `patience` heartbeats in a row is cut off: else one that
        never reads and gets few events would be held for ever.
        """
        if not self._pending:
            self.unread_pings = 0
            self.push(event)
            return
        self.unread_pings += 1
        if self.unread_pings >= patience:
            self.cut_off()

    def cut_off(self) -> None:
        """Give the client up."""
        self.cut = True
        self._pending = []
        self.wake(self)

    def end(self) -> None:
        """Close once everything pending is written."""
        if not self.ending and not self.cut:
            self.ending = True
            self.wake(self)

    def take(self) -> bytes:
        """Everything pending as one piece of bytes; empty if there is nothing."""
        taken, self._pending = self._pending, []
        self._limit = self._queue_events
        return taken[0] if len(taken) == 1 else b"".join(taken)


class Feed:
    """What one user gets: the open streams, and the ring of recent events in the order of arrival."""

    __slots__ = ("dropped_until", "entries", "farewell", "streams", "touched")

    def __init__(self, now: float, dropped_until: float) -> None:
        self.entries: list[Entry] = []
        self.streams: tuple[Stream, ...] = ()
        self.touched = now
        """When an event came or a stream left for the last time."""
        self.dropped_until = dropped_until
        """Commit time of the latest event that may be missing from the front of the ring."""
        self.farewell = b""
        """The event that ended all streams of this user for good; empty while there was none."""

    def find(self, event_id: str) -> int | None:
        """Index of an id in the ring."""
        for index in range(len(self.entries) - 1, -1, -1):
            if self.entries[index].id == event_id:
                return index
        return None

    def drop(self, count: int) -> None:
        """Forget the oldest entries."""
        if count > 0:
            self.dropped_until = max(self.dropped_until, *(entry.committed for entry in self.entries[:count]))
            del self.entries[:count]


class Hub:
    """All feeds of one process. Times are Unix times in seconds, given by the caller."""

    def __init__(
        self,
        *,
        name: str,
        ring_seconds: float = 300.0,
        skew_seconds: float = 30.0,
        ring_events: int = 512,
        queue_events: int = 256,
        covered_since: float = 0.0,
    ) -> None:
        """`name` makes our marks different from every other process's.

        `covered_since`: events committed before that may never have been read here.
        """
        self._name = name
        self._keep_seconds = ring_seconds + skew_seconds
        self._skew_seconds = skew_seconds
        self._ring_events = ring_events
        self._queue_events = queue_events
        self._covered_since = covered_since
        self._feeds: OrderedDict[int, Feed] = OrderedDict()
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._marks = 0
        self._closed = False
        self.several_shards = False
        """Whether the stream has, or had today, more than one shard: replays are cautious then."""
        self.stream_count = 0

    @property
    def feed_count(self) -> int:
        """Users with a ring."""
        return len(self._feeds)

    def publish(self, change: Change, shard: str, now: float) -> None:
        """Route the events of one change that was read from `shard`; a repeated change does nothing."""
        if change.key in self._seen:
            return
        self._seen[change.key] = now
        # Refilling after a start reads old changes too; nobody can resume from before the window.
        stale = change.committed < now - self._keep_seconds
        for delivery in change.deliveries:
            entry = Entry(delivery.id, delivery.frame, shard, change.committed)
            for user_id in delivery.to:
                if not (stale and user_id not in self._feeds):
                    self._route(user_id, entry, now, last=delivery.code == LAST_EVENT)

    def attach(self, user_id: int, last_id: str | None, now: float, wake: Callable[[Stream], None]) -> Stream:
        """Open a stream: the opening comes first and, for one who resumes, what was missed or `resync`.

        `last_id` is the client's Last-Event-ID, None or empty if it has none.
        """
        feed = self._feed(user_id, now)
        stream = Stream(user_id, self._queue_events, wake)
        stream.begin(self._first_frames(user_id, feed, last_id, now))
        feed.streams += (stream,)
        self.stream_count += 1
        wake(stream)
        if feed.farewell or self._closed:
            stream.end()
        return stream

    def detach(self, stream: Stream, now: float) -> None:
        """The connection is gone."""
        feed = self._feeds[stream.user_id]
        feed.streams = tuple(other for other in feed.streams if other is not stream)
        self.stream_count -= 1
        self._touch(stream.user_id, feed, now)

    def gap(self, now: float) -> None:
        """Events may have been lost before they were read: tell every client, now or when it resumes."""
        self._covered_since = now
        for user_id, feed in list(self._feeds.items()):
            feed.entries.clear()
            feed.dropped_until = now
            if feed.streams:
                mark = self._mark(user_id, feed, now)
                for stream in feed.streams:
                    stream.push(resync(mark))

    def expire(self, now: float) -> None:
        """Forget the rings that nobody can resume from any more. Call it every few seconds."""
        horizon = now - self._keep_seconds
        while self._feeds:
            user_id, feed = next(iter(self._feeds.items()))
            if feed.touched >= horizon:
                break
            if feed.streams:
                # Its newest id is what its clients hold now: it stays until they have been away too long.
                self._trim(feed, now)
                self._touch(user_id, feed, now)
            else:
                del self._feeds[user_id]
        while self._seen:
            key, seen_at = next(iter(self._seen.items()))
            if seen_at >= horizon and len(self._seen) <= MOST_REMEMBERED_CHANGES:
                break
            del self._seen[key]

    def close(self) -> None:
        """End every stream, and every one that still attaches."""
        self._closed = True
        for feed in self._feeds.values():
            for stream in feed.streams:
                stream.end()

    def _route(self, user_id: int, entry: Entry, now: float, *, last: bool) -> None:
        feed = self._feed(user_id, now)
        self._append(user_id, feed, entry, now)
        for stream in feed.streams:
            stream.push(entry.frame)
        if last:
            feed.farewell = entry.frame
            for stream in feed.streams:
                stream.end()

    def _first_frames(self, user_id: int, feed: Feed, last_id: str | None, now: float) -> list[bytes]:
        if feed.farewell:
            return [opening(None), feed.farewell]
        if not last_id:
            anchor = feed.entries[-1].id if feed.entries else self._mark(user_id, feed, now)
            return [opening(anchor)]
        missed = self._missed(feed, last_id)
        if missed is None:
            return [opening(None), resync(self._mark(user_id, feed, now))]
        return [opening(None), *(entry.frame for entry in missed if entry.frame)]

    def _missed(self, feed: Feed, last_id: str) -> list[Entry] | None:
        """What came after an id, or None if that can't be told in full."""
        index = feed.find(last_id)
        if index is None:
            return None
        last, after = feed.entries[index], feed.entries[index + 1 :]
        if not last.shard or not self.several_shards:
            return after
        since = last.committed - self._skew_seconds
        if max(feed.dropped_until, self._covered_since) >= since:
            return None
        others = [
            entry for entry in feed.entries[:index] if entry.shard != last.shard and entry.committed >= since
        ]
        return others + after

    def _feed(self, user_id: int, now: float) -> Feed:
        feed = self._feeds.get(user_id)
        if feed is None:
            feed = Feed(now, dropped_until=now - self._keep_seconds)
            self._feeds[user_id] = feed
        return feed

    def _append(self, user_id: int, feed: Feed, entry: Entry, now: float) -> None:
        feed.entries.append(entry)
        self._trim(feed, now)
        self._touch(user_id, feed, now)

    def _trim(self, feed: Feed, now: float) -> None:
        """Drop what is too old, or too much.

        An id is in use until its successor comes, however old it is: so one entry before the
        window stays, with the others of its moment that a resuming client may need again.
        """
        horizon, entries = now - self._keep_seconds, feed.entries
        oldest = 0
        while oldest + 1 < len(entries) and entries[oldest + 1].committed < horizon:
            oldest += 1
        needed = entries[oldest].committed - self._skew_seconds
        expired = 0
        while expired < oldest and entries[expired].committed < needed:
            expired += 1
        feed.drop(max(expired, len(entries) - self._ring_events))

    def _touch(self, user_id: int, feed: Feed, now: float) -> None:
        feed.touched = now
        self._feeds.move_to_end(user_id)

    def _mark(self, user_id: int, feed: Feed, now: float) -> str:
        """Add a mark to the ring: an id for a client that has no event's id to resume from."""
        self._marks += 1
        mark = f"{self._name}-{self._marks}"
        self._append(user_id, feed, Entry(mark, b"", "", now), now)
        return mark


def resync(event_id: str) -> bytes:
    """The event that says: something is missing, fetch the state anew. Its id can be resumed from."""
    return frame(render("resync"), event_id)
