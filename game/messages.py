"""The messages of docs/game-protocol.md: JSON arrays, their name first."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

Message = tuple[Any, ...]

LARGEST = 256
"""Characters of a message from a player or spectator."""

LARGEST_ASK = 1024
"""Characters of the message that asks for a match against the house."""

TOKEN = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)

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


def token_of(text: str) -> str:
    """The access token in a message to the house. Raises NoMessage."""
    try:
        match json.loads(text):
            case ["play", str(token)] if TOKEN.fullmatch(token):
                return token
    except (ValueError, RecursionError):
        pass
    raise NoMessage


def _is_number(value: int) -> bool:
    """JSON's true and false are integers to Python."""
    return not isinstance(value, bool) and -MOST < value < MOST
