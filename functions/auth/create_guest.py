"""POST /auth/guest/: anyone plays at once, without an account."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.limits import GUEST
from shared.http.endpoint import Auth, endpoint
from shared.usecases.accounts.registration import create_guest as create_guest_account
from shared.wire.accounts.tokens import Tokens

bp = Blueprint(__name__)


@endpoint(bp, "POST", "/auth/guest/", auth=Auth.NOBODY, status=201, limits=[GUEST])
def create_guest() -> Tokens:
    """Play as a guest.

    The guest is named `Guest` and 6 digits, and can become a registered user later (`PUT /auth/register/guest/`).
    """
    guest = create_guest_account()
    return Tokens.issue(guest.id, guest.generation)
