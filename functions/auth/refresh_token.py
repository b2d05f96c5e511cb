"""POST /auth/refresh/: anyone with a refresh token gets a new access token."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import Field

from shared.auth.tokens import read_token
from shared.domain.errors import TokenNotValid, TokenUserNotFound
from shared.http.bodies import Body
from shared.http.endpoint import Auth, endpoint
from shared.store.accounts.users import read_user
from shared.wire.accounts.tokens import AccessToken

bp = Blueprint(__name__)


class Refresh(Body):
    """The refresh token."""

    refresh: str = Field(examples=["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIyIn0.c2lnbmF0dXJl"])


@endpoint(
    bp,
    "POST",
    "/auth/refresh/",
    auth=Auth.NOBODY,
    errors=[TokenNotValid, TokenUserNotFound],
)
def refresh_token(body: Refresh) -> AccessToken:
    """Get a new access token.

    The refresh token itself is the authentication. A password change has revoked every one given out before it.
    """
    claims = read_token(body.refresh, "refresh")
    user = read_user(claims.user_id)
    if user is None:
        raise TokenUserNotFound
    if claims.generation != user.generation:
        raise TokenNotValid
    return AccessToken.issue_access(user.id, user.generation)
