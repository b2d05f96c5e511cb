"""POST /auth/register/: anyone makes an account."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.errors import Invalid
from shared.domain.limits import REGISTRATION
from shared.http.bodies import Body
from shared.http.endpoint import Auth, endpoint
from shared.http.principal import UserAgent
from shared.usecases.accounts.registration import register
from shared.usecases.accounts.sessions import first_grant
from shared.wire.accounts.tokens import Tokens
from shared.wire.scalars import Password, Username

bp = Blueprint(__name__)


class NewUser(Body):
    """A username that nobody has, and a password."""

    username: Username
    """The name to have."""
    password: Password
    """The password to log in with."""


@endpoint(
    bp,
    "POST",
    "/auth/register/",
    auth=Auth.NOBODY,
    status=201,
    cpu_heavy=True,
    limits=[REGISTRATION],
    makes_known=True,
    errors=[Invalid],
)
def register_user(body: NewUser, client: UserAgent) -> Tokens:
    """Register.

    Usernames: 3 to 30 of `a-z A-Z 0-9 _ -`, unique whatever their case. Passwords: 8 to 50 of
    `a-z A-Z 0-9 _-!@#$%^&*()`, not digits only, not a common one, not close to the username.
    """
    return Tokens.issue(first_grant(register(body.username, body.password, client)))
