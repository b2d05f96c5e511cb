"""The messages of docs/game-protocol.md: JSON arrays, their name first."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

Message = tuple[Any, ...]

LARGEST = 256
"""Bytes of a message from a client."""

MOST = 2**53
"""Integers below it are the same in JavaScript."""


class Aim(NamedTuple):
    """A player wants the paddle at this height."""

    y: int


class Ping(NamedTuple):
    """A client wants an answer with this number."""

    n: int


class NoMessage(ValueError):
    """The text is none of our messages."""


def encoded(message: Message) -> str:
    """A message as it is sent."""
    return json.dumps(message, separators=(",", ":"))


def decoded(text: str) -> Aim | Ping:
    """A client's message. Raises NoMessage."""
    try:
        match json.loads(text):
            case ["aim", int(y)] if _is_number(y):
                return Aim(y)
            case ["ping", int(n)] if _is_number(n):
                return Ping(n)
    except (ValueError, RecursionError):
        pass
    raise NoMessage


def _is_number(value: int) -> bool:
    """JSON's true and false are integers to Python."""
    return not isinstance(value, bool) and -MOST < value < MOST
