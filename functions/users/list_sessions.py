"""GET /users/me/sessions/: the caller's sessions."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.accounts.tokens import Claims
from shared.http.endpoint import User, endpoint
from shared.wire.accounts.sessions import SessionInstance

bp = Blueprint(__name__)


@endpoint(bp, "GET", "/users/me/sessions/")
def list_sessions(me: User, token: Claims) -> list[SessionInstance]:
    """List your sessions: where you are logged in.

    The latest used first. `current` is the one that asks.
    """
    return SessionInstance.all_of(me.sessions, token.session)
