"""PUT and PATCH /auth/register/guest/: a guest becomes a registered user."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.accounts.errors import AlreadyRegistered
from shared.domain.accounts.tokens import Claims
from shared.domain.errors import Invalid
from shared.domain.limits import REGISTRATION
from shared.http.bodies import Body
from shared.http.endpoint import User, endpoint
from shared.http.principal import UserAgent
from shared.usecases.accounts.registration import register_guest as register_guest_account
from shared.wire.accounts.tokens import Tokens
from shared.wire.scalars import Password, Username

bp = Blueprint(__name__)


class Registration(Body):
    """A username, which may be the guest's own, and a password."""

    username: Username
    """The name to have from now on."""
    password: Password
    """The password to log in with."""


@endpoint(
    bp,
    ("PUT", "PATCH"),
    "/auth/register/guest/",
    cpu_heavy=True,
    repeatable=False,
    limits=[REGISTRATION],
    makes_known=True,
    errors=[Invalid, AlreadyRegistered],
)
def register_guest(me: User, token: Claims, body: Registration, client: UserAgent) -> Tokens:
    """Register as the guest that you are.

    The id, the place you are in, your statistics and this session stay; your other sessions end. 403 if you are
    registered already.
    """
    return Tokens.issue(register_guest_account(me, body.username, body.password, token.session, client))
