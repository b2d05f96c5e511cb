"""Tokens as the contract shows them."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, WithJsonSchema

from shared.auth.tokens import new_token
from shared.domain.accounts.tokens import Grant
from shared.wire.instance import Instance


class AccessToken(Instance):
    """A token for the Authorization header."""

    model_config = ConfigDict(title="AccessToken")

    access: str = Field(examples=["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"])
    """The access token, good for 30 minutes."""


class Tokens(AccessToken):
    """An access token, and a refresh token that gives new ones."""

    model_config = ConfigDict(title="Tokens")

    refresh: str = Field(examples=["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIyIn0.c2lnbmF0dXJl"])
    """The refresh token, for `POST /api/auth/refresh/`."""

    @classmethod
    def issue(cls, grant: Grant) -> Tokens:
        """New tokens of a session."""
        return cls(access=_access(grant), refresh=_refresh(grant))


class Refreshed(AccessToken):
    """An access token; for a client that asked to rotate, the next refresh token as well."""

    model_config = ConfigDict(title="RefreshedTokens")

    refresh: Annotated[
        str | None, Field(exclude_if=lambda token: token is None), WithJsonSchema({"type": "string"})
    ] = Field(default=None, examples=["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIyIn0.c2lnbmF0dXJl"])
    """The next refresh token, only with `rotate`: it takes the place of the one that you sent."""

    @classmethod
    def issue_refreshed(cls, grant: Grant, *, rotate: bool) -> Refreshed:
        """New tokens of a session."""
        return cls(access=_access(grant), refresh=_refresh(grant) if rotate else None)


def _access(grant: Grant) -> str:
    return new_token("access", grant.user_id, grant.generation, grant.session)


def _refresh(grant: Grant) -> str:
    return new_token("refresh", grant.user_id, grant.generation, grant.session, grant.counter)
