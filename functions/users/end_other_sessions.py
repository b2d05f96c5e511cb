"""DELETE /users/me/sessions/: the caller ends all sessions but the one that asks."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.accounts.tokens import Claims
from shared.http.endpoint import User, endpoint
from shared.usecases.accounts.sessions import end_all

bp = Blueprint(__name__)


@endpoint(bp, "DELETE", "/users/me/sessions/", status=204)
def end_other_sessions(me: User, token: Claims) -> None:
    """End all your sessions but this one."""
    end_all(me, but=token.session, reason="owner")
