"""What tokens say (docs/contract/accounts.md#tokens)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TokenType = Literal["access", "refresh"]


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a valid token of a user."""

    kind: TokenType
    user_id: int
    generation: int
    session: str
    """The id of the session; empty in tokens from before there were sessions."""
    counter: int
    """The number of the refresh token in its session."""
    issued: int
    expires: int
    """Unix time in seconds, like `issued`."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a user's new tokens say."""

    user_id: int
    generation: int
    session: str = ""
    counter: int = 0
