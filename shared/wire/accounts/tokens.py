"""Tokens as the contract shows them."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from shared.auth.tokens import new_token
from shared.wire.instance import Instance


class AccessToken(Instance):
    """A token for the Authorization header."""

    model_config = ConfigDict(title="AccessToken")

    access: str = Field(examples=["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"])

    @classmethod
    def issue_access(cls, user_id: int, generation: int) -> AccessToken:
        """A new access token of a user."""
        return AccessToken(access=new_token("access", user_id, generation))


class Tokens(AccessToken):
    """An access token, and a refresh token that gives new ones."""

    model_config = ConfigDict(title="Tokens")

    refresh: str = Field(examples=["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIyIn0.c2lnbmF0dXJl"])

    @classmethod
    def issue(cls, user_id: int, generation: int) -> Tokens:
        """New tokens of a user."""
        return cls(
            access=new_token("access", user_id, generation),
            refresh=new_token("refresh", user_id, generation),
        )
