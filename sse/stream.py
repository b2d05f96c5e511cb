"""One open event stream of a user: the frames that wait for its client."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SessionKey:
    """The session of a stream's token: its id, or for a token without a session its generation."""

    id: str = ""
    generation: int = 0


class Stream:
    """The hub puts frames in, the server takes them out.

    `wake` is called when there is work for the server: bytes to write, the end to write, or a client to cut off.
    """

    __slots__ = (
        "_limit",
        "_pending",
        "_queue_events",
        "cut",
        "ending",
        "session",
        "unread_pings",
        "user_id",
        "wake",
    )

    def __init__(
        self, user_id: int, queue_events: int, wake: Callable[[Stream], None], session: SessionKey
    ) -> None:
        self.user_id = user_id
        self.session = session
        self.wake = wake
        self.ending = False
        """No more frames come: write the pending ones, then close."""
        self.cut = False
        """The client is too slow: close without writing. It can resume."""
        self.unread_pings = 0
        self._pending: list[bytes] = []
        self._queue_events = queue_events
        self._limit = queue_events

    def begin(self, frames: list[bytes]) -> None:
        """Queue the opening and the replay. They don't count against the queue's limit."""
        self._pending = frames
        self._limit = self._queue_events + len(frames)

    def push(self, frame: bytes) -> None:
        """Queue one event. A full queue cuts the stream off."""
        if self.ending or self.cut:
            return
        if len(self._pending) >= self._limit:
            self.cut_off()
            return
        self._pending.append(frame)
        if len(self._pending) == 1:
            self.wake(self)

    def ping(self, frame: bytes, max_unread: int) -> None:
        """Queue a heartbeat, unless other frames are pending.

        A client that leaves its frames unread for `max_unread` heartbeats in a row is cut off. Otherwise a client
        that never reads and gets few events would keep its stream for ever, as would one that doesn't read the end.
        """
        if not self._pending and not self.ending:
            self.unread_pings = 0
            self.push(frame)
            return
        self.unread_pings += 1
        if self.unread_pings >= max_unread:
            self.cut_off()

    def cut_off(self) -> None:
        """Drop the pending frames and close the connection."""
        self.cut = True
        self._pending = []
        self.wake(self)

    def end(self) -> None:
        """Close the stream once the pending frames are written."""
        if not self.ending and not self.cut:
            self.ending = True
            self.wake(self)

    def take(self) -> bytes:
        """Remove and return all pending frames as one piece of bytes; empty if there are none."""
        taken, self._pending = self._pending, []
        self._limit = self._queue_events
        return taken[0] if len(taken) == 1 else b"".join(taken)
