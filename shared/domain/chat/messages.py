"""Messages: what may be written, and how one follows another (docs/contract/conversations.md#message-text)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from shared.domain.ids import new_id

MAX_LENGTH = 1000

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Unicode's control characters but for those that a text is laid out with: line feed, carriage return, tab. They do
nothing, or something odd, where they are shown."""


def problems(text: str) -> list[str]:
    """What is wrong with a trimmed message, in sentences; empty when it is acceptable."""
    found = []
    if not text:
        found.append("This field may not be blank.")
    if len(text) > MAX_LENGTH:
        found.append(f"A message has at most {MAX_LENGTH} characters; this one has {len(text)}.")
    if _CONTROL.search(text):
        found.append("A message may not contain control characters other than line breaks and tabs.")
    return found


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a conversation; `n` is its number there, from 0."""

    n: int
    id: int
    author: int
    content: str
    sent_at: datetime
    is_read: bool
    """Whether the other side had the conversation open as it was sent."""


def next_message(last: Message | None, *, author: int, content: str, is_read: bool, now: datetime) -> Message:
    """The message that follows `last`, with a greater id and no earlier time, even where clocks differ."""
    if last is None:
        return Message(0, new_id(now), author, content, now, is_read)
    return Message(
        last.n + 1,
        max(new_id(now), last.id + 1),
        author,
        content,
        max(now, last.sent_at),
        is_read,
    )
