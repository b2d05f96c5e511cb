"""Match tickets: how a user proves to a game server who they are, for one match (docs/contract/private-api.md#tickets).

A ticket names match and user and is signed with the match's secret. It holds no token, and ends with the match.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from typing import Literal

from shared.domain.ids import MAX_ID

Role = Literal["player", "spectator"]

SECRET_BYTES = 16
SIGNATURE_BYTES = 16
MAX_LENGTH = 64


@dataclass(frozen=True, slots=True)
class MatchTicket:
    """A ticket: `<match id>.<user id>.<signature>`."""

    match_id: int
    user_id: int
    signature: str

    @classmethod
    def issue(cls, match_id: int, user_id: int, secret: str) -> MatchTicket:
        """The ticket of a user for a match. ValueError without a secret."""
        return cls(match_id, user_id, _signature(match_id, user_id, secret))

    @classmethod
    def read(cls, text: str) -> MatchTicket | None:
        """The ticket that a text is, of whatever signature; None for any other text."""
        match_id, user_id, signature = (*text.split("."), "", "", "")[:3]
        if not (_is_id(match_id) and _is_id(user_id) and text == f"{match_id}.{user_id}.{signature}"):
            return None
        return cls(int(match_id), int(user_id), signature)

    def __str__(self) -> str:
        return f"{self.match_id}.{self.user_id}.{self.signature}"

    def is_genuine(self, secret: str) -> bool:
        """Whether it was signed with this secret."""
        made = _signature(self.match_id, self.user_id, secret)
        return hmac.compare_digest(made.encode(), self.signature.encode())


def _signature(match_id: int, user_id: int, secret: str) -> str:
    if not secret:
        raise ValueError("a match without a secret has no tickets")
    digest = hmac.digest(secret.encode(), f"{match_id}.{user_id}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:SIGNATURE_BYTES]).rstrip(b"=").decode()


def _is_id(text: str) -> bool:
    return (
        text.isascii()
        and text.isdigit()
        and len(text) <= 16
        and str(int(text)) == text
        and int(text) <= MAX_ID
    )
