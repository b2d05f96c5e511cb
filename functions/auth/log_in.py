"""POST /auth/login/: anyone gets tokens for a username and password."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import Field

from shared.auth.hashing import verify_password
from shared.domain.accounts.errors import WrongCredentials
from shared.domain.errors import AuthenticationFailed
from shared.domain.limits import LOGIN, LOGIN_ADDRESS
from shared.http.bodies import Body
from shared.http.endpoint import Auth, endpoint
from shared.http.principal import UserAgent
from shared.security_events import SecurityEvent, report
from shared.store.accounts.users import Credential
from shared.usecases.accounts.sessions import begin
from shared.wire.accounts.tokens import Tokens

bp = Blueprint(__name__)


class Login(Body):
    """Username, in any case, and password."""

    username: str = Field(examples=["alice"])
    """The name, in any case."""
    password: str = Field(examples=["correct-horse-7"], json_schema_extra={"format": "password"})
    """The password."""


@endpoint(
    bp,
    "POST",
    "/auth/login/",
    auth=Auth.NOBODY,
    cpu_heavy=True,
    limits=[LOGIN, LOGIN_ADDRESS],
    makes_known=True,
    errors=[AuthenticationFailed],
)
def log_in(body: Login, owner: Credential | None, client: UserAgent) -> Tokens:
    """Log in, which begins a session.

    You have 20 sessions at most: one more ends the one that you have not used for longest. The answer, and the time it
    takes, are the same for an unknown user and for a wrong password.
    """
    stored = owner.password_hash if owner else None
    if not verify_password(body.password, stored) or owner is None:
        report(SecurityEvent.LOGIN_FAILED, user_id=owner.user_id if owner else None)
        raise WrongCredentials
    return Tokens.issue(begin(owner, client))
