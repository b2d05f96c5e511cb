"""GET /users/me/: the caller."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.http.endpoint import Account, endpoint
from shared.wire.accounts.users import Me

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/users/me/")
def get_me(me: Account) -> Me:
    """Read yourself: profile, settings, notifications."""
    return Me.of(me)
