"""Routes events to the open streams of their receivers, and replays them to clients that reconnect.

Pure: no sockets, no clock, no I/O. Every method runs to its end without giving up control, so no event falls between
the replay that a new stream begins with and the live events that follow.

The promise to clients (docs/contract/events.md#delivery): every event at least once, in order within one partition
of the table. After a reconnection all events since the client's last id, or `resync` as the first event.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from shared.domain.accounts.errors import SessionEnded
from shared.domain.errors import TokenUserNotFound
from shared.events import ALL_MATCHES, RESYNC
from sse.framing import frame, opening
from sse.outbox import EndedSessions, OutboxItem
from sse.ring import Entry, Ring
from sse.stream import SessionKey, Stream

FINAL_EVENT = "delete-user"
"""This event ends all streams of its user."""

MAX_REMEMBERED_ITEMS = 200_000


class Feed:
    """The open streams and the ring of one user, or of all matches (receiver ALL_MATCHES)."""

    __slots__ = ("ended", "ended_generation", "final_frame", "ring", "streams", "touched")

    def __init__(self, now: float, dropped_until: float) -> None:
        self.ring = Ring(dropped_until)
        self.streams: tuple[Stream, ...] = ()
        self.touched = now
        """The latest time at which an event came or a stream closed."""
        self.final_frame = b""
        """The user's `delete-user` event; empty while the user exists."""
        self.ended: dict[str, float] = {}
        """When which session has ended."""
        self.ended_generation = -1
        """The generation up to which tokens without a session have ended."""

    def has_ended(self, session: SessionKey) -> bool:
        """Whether a session has ended, as far as the stream of the table was read."""
        return session.id in self.ended if session.id else session.generation <= self.ended_generation


class Hub:
    """The feeds of all users on one process. Times are Unix times in seconds, given by the caller."""

    def __init__(
        self,
        *,
        name: str,
        ring_seconds: float = 300.0,
        skew_seconds: float = 30.0,
        ring_events: int = 512,
        queue_events: int = 256,
        match_ring_events: int = 16384,
        match_queue_events: int = 2048,
        covered_since: float = 0.0,
    ) -> None:
        """`name` makes the anchors of this process different from those of every other.

        `match_…`: the bounds for the events of all matches.
        `skew_seconds`: how far apart in time two shards may be read. `covered_since`: events committed earlier may
        never have been read here.
        """
        self._name = name
        self._keep_seconds = ring_seconds + skew_seconds
        self._skew_seconds = skew_seconds
        self._bounds = (ring_events, queue_events)
        self._match_bounds = (match_ring_events, match_queue_events)
        self._covered_since = covered_since
        self._feeds: OrderedDict[int, Feed] = OrderedDict()
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._anchors = 0
        self._closed = False
        self.several_shards = False
        """Whether the table's stream has, or had today, more than one shard: replays then overlap."""
        self.stream_count = 0

    @property
    def feed_count(self) -> int:
        """The number of users with a ring."""
        return len(self._feeds)

    def streams_of(self, receiver: int) -> int:
        """The number of a receiver's open streams."""
        feed = self._feeds.get(receiver)
        return len(feed.streams) if feed else 0

    def _bounds_of(self, receiver: int) -> tuple[int, int]:
        """The most events of a ring, and of a stream's queue."""
        return self._match_bounds if receiver == ALL_MATCHES else self._bounds

    def publish(self, item: OutboxItem, shard: str, now: float) -> None:
        """Route the events of an outbox item that was read from `shard`. A repeated item does nothing."""
        if item.key in self._seen:
            return
        self._seen[item.key] = now
        # Refilling after a start reads old items too. No client can resume from before the window.
        stale = item.committed < now - self._keep_seconds
        for ended in item.ended:
            if not (stale and ended.user_id not in self._feeds):
                self._end_sessions(ended, now)
        for delivery in item.deliveries:
            entry = Entry(delivery.id, delivery.frame, shard, item.committed)
            for user_id in delivery.to:
                if not (stale and user_id not in self._feeds):
                    self._route(user_id, entry, now, final=delivery.code == FINAL_EVENT)

    def check(self, user_id: int, session: SessionKey) -> None:
        """Raise TokenUserNotFound or SessionEnded if the user's last event or the session's end was read.

        The table says the same, except for what ends between its answer and `attach`.
        """
        feed = self._feeds.get(user_id)
        if feed is not None and feed.final_frame:
            raise TokenUserNotFound
        if feed is not None and feed.has_ended(session):
            raise SessionEnded

    def attach(
        self,
        user_id: int,
        last_id: str | None,
        now: float,
        wake: Callable[[Stream], None],
        session: SessionKey = SessionKey(),  # noqa: B008 (a constant)
        retry: int = 1000,
    ) -> Stream:
        """Open a stream: the opening comes first, then for a client that resumes the missed events or `resync`.

        `last_id` is the client's Last-Event-ID, None or empty if it has none. `retry`: after how many milliseconds it
        shall come back when the stream breaks.
        """
        feed = self._feed(user_id, now)
        stream = Stream(user_id, self._bounds_of(user_id)[1], wake, session)
        stream.begin(self._first_frames(user_id, feed, last_id, now, retry))
        feed.streams += (stream,)
        self.stream_count += 1
        wake(stream)
        if feed.final_frame or feed.has_ended(session) or self._closed:
            stream.end()
        return stream

    def detach(self, stream: Stream, now: float) -> None:
        """Close a stream whose connection is gone."""
        feed = self._feeds[stream.user_id]
        feed.streams = tuple(other for other in feed.streams if other is not stream)
        self.stream_count -= 1
        self._touch(stream.user_id, feed, now)

    def resync_all(self, now: float) -> None:
        """Events may be lost: send `resync` to every client, now or when it reconnects."""
        self._covered_since = now
        for user_id, feed in list(self._feeds.items()):
            feed.ring.clear(now)
            if feed.streams:
                anchor = self._add_anchor(user_id, feed, now)
                for stream in feed.streams:
                    stream.push(resync(anchor))

    def expire(self, now: float) -> None:
        """Forget the rings from which no client can resume any more. Call it every few seconds."""
        horizon = now - self._keep_seconds
        while self._feeds:
            user_id, feed = next(iter(self._feeds.items()))
            if feed.touched >= horizon:
                break
            if feed.streams:
                # The clients hold the ring's newest id now: it stays until they have been away too long.
                self._trim(user_id, feed, now)
                self._touch(user_id, feed, now)
            else:
                del self._feeds[user_id]
        while self._seen:
            key, seen_at = next(iter(self._seen.items()))
            if seen_at >= horizon and len(self._seen) <= MAX_REMEMBERED_ITEMS:
                break
            del self._seen[key]

    def close(self) -> None:
        """End every open stream, and every stream that attaches later."""
        self._closed = True
        for stream in self._streams():
            stream.end()

    def cut_off_all(self) -> None:
        """Cut off every open stream."""
        for stream in self._streams():
            stream.cut_off()

    def _streams(self) -> list[Stream]:
        return [stream for feed in self._feeds.values() for stream in feed.streams]

    def _route(self, user_id: int, entry: Entry, now: float, *, final: bool) -> None:
        feed = self._feed(user_id, now)
        self._append(user_id, feed, entry, now)
        for stream in feed.streams:
            stream.push(entry.frame)
        if final:
            feed.final_frame = entry.frame
            for stream in feed.streams:
                stream.end()

    def _end_sessions(self, ended: EndedSessions, now: float) -> None:
        feed = self._feed(ended.user_id, now)
        horizon = now - self._keep_seconds
        feed.ended = {id_: at for id_, at in feed.ended.items() if at >= horizon}
        feed.ended |= dict.fromkeys(ended.sessions, now)
        feed.ended_generation = max(feed.ended_generation, ended.generation)
        self._touch(ended.user_id, feed, now)
        for stream in feed.streams:
            if feed.has_ended(stream.session):
                stream.end()

    def _first_frames(
        self, user_id: int, feed: Feed, last_id: str | None, now: float, retry: int
    ) -> list[bytes]:
        if feed.final_frame:
            return [opening(None, retry), feed.final_frame]
        if not last_id:
            entries = feed.ring.entries
            return [opening(entries[-1].id if entries else self._add_anchor(user_id, feed, now), retry)]
        overlap_seconds = self._skew_seconds if self.several_shards else 0.0
        missed = feed.ring.missed(last_id, overlap_seconds=overlap_seconds, covered_since=self._covered_since)
        if missed is None:
            return [opening(None, retry), resync(self._add_anchor(user_id, feed, now))]
        return [opening(None, retry), *(entry.frame for entry in missed if entry.frame)]

    def _feed(self, user_id: int, now: float) -> Feed:
        feed = self._feeds.get(user_id)
        if feed is None:
            feed = Feed(now, dropped_until=now - self._keep_seconds)
            self._feeds[user_id] = feed
        return feed

    def _append(self, user_id: int, feed: Feed, entry: Entry, now: float) -> None:
        feed.ring.entries.append(entry)
        self._trim(user_id, feed, now)
        self._touch(user_id, feed, now)

    def _trim(self, user_id: int, feed: Feed, now: float) -> None:
        horizon, most = now - self._keep_seconds, self._bounds_of(user_id)[0]
        feed.ring.trim(horizon=horizon, skew_seconds=self._skew_seconds, max_entries=most)

    def _touch(self, user_id: int, feed: Feed, now: float) -> None:
        feed.touched = now
        self._feeds.move_to_end(user_id)

    def _add_anchor(self, user_id: int, feed: Feed, now: float) -> str:
        """Add an anchor to the ring for a client that has no event's id to resume from; its id."""
        self._anchors += 1
        anchor = f"{self._name}-{self._anchors}"
        self._append(user_id, feed, Entry(anchor, b"", "", now), now)
        return anchor


def resync(event_id: str) -> bytes:
    """The event that tells a client to fetch the state anew. The client can resume from its id."""
    return frame(RESYNC.render(), event_id)
