"""Incremental parser of `text/event-stream`, by the rules of the WHATWG HTML standard, section 9.2.6.

Pure: bytes in, events out, no clock, no socket. The same bytes give the same events however they are cut
into chunks, and an event is returned with the chunk that completes it (a lone CR ends a line at once, an LF
that follows it in a later chunk is skipped).

Of `httpx-sse` events have the id of the event before when they have none: an event without an id couldn't be told from
a repeated one. It reads lines of any length, too.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

MAX_LINE_CHARACTERS = 4 * 1024 * 1024
"""No event has a longer line: a broken peer would fill the memory."""


class LineTooLongError(ValueError):
    """The peer sent a line of more than `MAX_LINE_CHARACTERS` without an end."""


@dataclass(frozen=True, slots=True)
class Event:
    """One dispatched event.

    `id` is the id that this very event carried, None where it had no `id` field (a heartbeat);
    `last_event_id` is what the standard calls the last event ID: it is inherited from earlier events.
    """

    type: str
    data: str
    id: str | None
    last_event_id: str


class EventParser:
    """Feed it the body of one response; make a new one for the next response."""

    def __init__(self, last_event_id: str = "") -> None:
        self.last_event_id = last_event_id
        """A reconnecting client sends it as Last-Event-ID. It changes only when an event block ends."""
        self.retry_ms: int | None = None
        """The reconnection time that the server asked for, in milliseconds; None until it does."""
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._at_start = True
        self._skip_lf = False
        self._line = ""
        self._data: list[str] = []
        self._type = ""
        self._id_buffer = last_event_id
        self._own_id: str | None = None

    def feed(self, chunk: bytes) -> list[Event]:
        """Take the next bytes and return the events they complete, in order."""
        text = self._decoder.decode(chunk)
        if not text:
            return []
        if self._at_start:
            self._at_start = False
            text = text.removeprefix("\ufeff")
        if self._skip_lf and text:
            self._skip_lf = False
            text = text.removeprefix("\n")
        if text.endswith("\r"):
            self._skip_lf = True
        # Only CR, LF and CRLF end a line; str.splitlines would also cut at U+2028 and others.
        *lines, rest = (self._line + text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._line = rest
        if len(rest) > MAX_LINE_CHARACTERS:
            raise LineTooLongError(
                f"a line of more than {MAX_LINE_CHARACTERS} characters in the event stream"
            )
        events = []
        for line in lines:
            event = self._take_line(line)
            if event is not None:
                events.append(event)
        return events

    def _take_line(self, line: str) -> Event | None:
        if not line:
            return self._dispatch()
        # A comment starts with the colon: its field name is empty, and it is ignored like any unknown field.
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._type = value
        elif name == "id":
            if "\0" not in value:
                self._id_buffer = self._own_id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry_ms = int(value)
        return None

    def _dispatch(self) -> Event | None:
        self.last_event_id = self._id_buffer
        data, kind, own_id = self._data, self._type, self._own_id
        self._data, self._type, self._own_id = [], "", None
        if not data:
            return None
        return Event(kind or "message", "\n".join(data), own_id, self.last_event_id)
