"""How patient an event stream is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StreamSettings:
    """Seconds, and the number of events that may wait."""

    first_wait: float = 0.5
    """The longest wait before the first new connection; twice as long each time until an event comes."""
    longest_wait: float = 20.0
    silence: float = 37.5
    """After two and a half heartbeats (one every 15 s) without a byte the connection is dead."""
    connect: float = 10.0
    queue_size: int = 256
    """With so many unread events the stream stops reading. The server ends a connection that isn't read; the stream
    resumes when the program reads on, and an event is `resync` if that took longer than the server remembers.
    """


STREAM = StreamSettings()
