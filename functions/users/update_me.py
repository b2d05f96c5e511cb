"""PATCH /users/me/: the caller changes name, password or settings."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import ConfigDict, Field

from shared.domain.accounts.tokens import Claims
from shared.domain.errors import GuestNotAllowed, Invalid
from shared.domain.limits import PASSWORD
from shared.http.bodies import Body, without_defaults
from shared.http.endpoint import Account, endpoint
from shared.usecases.accounts.profile import Changes, change_account
from shared.wire.accounts.users import AcceptChatFrom, Me
from shared.wire.scalars import Password, Username

bp = Blueprint(__name__)


class Settings(Body):
    """What to change; what isn't sent stays. A new password needs `old_password`."""

    model_config = ConfigDict(json_schema_extra=without_defaults)

    username: Username = ""
    """The new name."""
    password: Password = ""
    """The new password."""
    old_password: str = Field(
        default="", examples=["correct-horse-7"], json_schema_extra={"format": "password"}
    )
    """The present password; needed for a new one."""
    accept_friend_request: bool = True
    """Whether others may send you friend requests."""
    accept_chat_from: AcceptChatFrom = "friends_only"
    """Who may start a conversation with you; `none` is nobody."""


@endpoint(
    bp,
    "PATCH",
    "/users/me/",
    cpu_heavy=True,
    limits=[PASSWORD],
    errors=[Invalid, GuestNotAllowed],
)
def update_me(me: Account, token: Claims, body: Settings) -> Me:
    """Change your name, password or settings.

    Guests may change their name only. A new password ends all your sessions but this one.
    """
    if me.user.is_guest and not body.model_fields_set <= {"username"}:
        raise GuestNotAllowed
    changes = Changes(**{name: getattr(body, name) for name in body.model_fields_set})
    return Me.of(change_account(me, changes, token.session))
