"""DELETE /users/me/sessions/{session_id}/: the caller ends a session."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.accounts.errors import NoSuchSession
from shared.http.endpoint import User, endpoint
from shared.usecases.accounts.sessions import end_one

bp = Blueprint(__name__)


@endpoint(bp, "DELETE", "/users/me/sessions/{session_id}/", status=204, errors=[NoSuchSession])
def end_session(me: User, session_id: str) -> None:
    """End one of your sessions.

    Its access and refresh tokens are refused from now on, its event streams end.
    """
    end_one(me, session_id)
