"""The rules for the text and the order of messages (docs/contract/conversations.md#message-text)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.domain import text as texts
from shared.domain.ids import new_id

MAX_LENGTH = 1000


def problems(text: str) -> list[str]:
    """Sentences about the faults of a trimmed message; empty for a valid one."""
    sentences = texts.problems(text, "A message", lines=True)
    if len(text) > MAX_LENGTH:
        sentences.append(f"A message has at most {MAX_LENGTH} characters; this one has {len(text)}.")
    return sentences


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a conversation; `n` is its number there, from 0."""

    n: int
    id: int
    author: int
    content: str
    sent_at: datetime
    is_read: bool
    """Whether the other user had the conversation open when the author sent it."""


def next_message(last: Message | None, *, author: int, content: str, is_read: bool, now: datetime) -> Message:
    """The message after `last`. Its id is greater and its time not earlier, even if clocks differ."""
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
