"""POST /auth/refresh/: anyone with a refresh token gets a new access token."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import Field

from shared.auth.tokens import read_token
from shared.domain.errors import TokenNotValid, TokenUserNotFound
from shared.http.bodies import Body
from shared.http.endpoint import Auth, endpoint
from shared.http.principal import UserAgent
from shared.usecases.accounts.sessions import refresh
from shared.wire.accounts.tokens import Refreshed

bp = Blueprint(__name__)


class Refresh(Body):
    """The refresh token. With `rotate` the answer has its successor, too."""

    refresh: str = Field(examples=["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIyIn0.c2lnbmF0dXJl"])
    """The refresh token."""
    rotate: bool = False
    """Whether to get the next refresh token, too."""


@endpoint(
    bp,
    "POST",
    "/auth/refresh/",
    auth=Auth.NOBODY,
    errors=[TokenNotValid, TokenUserNotFound],
)
def refresh_token(body: Refresh, client: UserAgent) -> Refreshed:
    """Get a new access token.

    The refresh token itself is the authentication. With `rotate` you get a new refresh token as well. A token that is
    one behind is taken, and answered with the current one; one that is further behind ends its session.
    """
    grant = refresh(read_token(body.refresh, "refresh"), client, rotate=body.rotate)
    return Refreshed.issue_refreshed(grant, rotate=body.rotate)
