"""POST /auth/logout/: the caller's session ends."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.accounts.tokens import Claims
from shared.http.bodies import Body
from shared.http.endpoint import User, endpoint
from shared.usecases.accounts.sessions import end, end_all

bp = Blueprint(__name__)


class LogOut(Body):
    """With `all`, every session of the user ends."""

    all: bool = False
    """Whether all sessions end, or only this one."""


@endpoint(bp, "POST", "/auth/logout/", status=204, repeatable=False)
def log_out(me: User, token: Claims, body: LogOut) -> None:
    """Log out.

    The session of this token ends: its access and refresh tokens are refused, its event streams end. With `all`, so do
    all your sessions.
    """
    if body.all or not token.session:
        end_all(me, reason="logout")
    else:
        end(me, {token.session}, reason="logout")
