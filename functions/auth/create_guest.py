"""POST /auth/guest/: anyone plays at once, without an account."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.limits import GUEST
from shared.http.endpoint import Auth, endpoint
from shared.http.principal import UserAgent
from shared.usecases.accounts.registration import create_guest as create_guest_account
from shared.usecases.accounts.sessions import first_grant
from shared.wire.accounts.tokens import Tokens

bp = Blueprint(__name__)


@endpoint(bp, "POST", "/auth/guest/", auth=Auth.NOBODY, status=201, limits=[GUEST])
def create_guest(client: UserAgent) -> Tokens:
    """Play as a guest.

    The guest is named `Guest` and 6 digits, and can become a registered user later (`PUT /auth/register/guest/`).
    """
    return Tokens.issue(first_grant(create_guest_account(client)))
