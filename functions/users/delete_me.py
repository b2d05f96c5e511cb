"""DELETE /users/me/: the caller deletes their account."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import Field

from shared.domain.accounts.errors import InMatch
from shared.domain.errors import IncorrectPassword, PasswordConfirmationRequired
from shared.domain.limits import PASSWORD
from shared.http.bodies import Body
from shared.http.endpoint import Account, Auth, Relations, endpoint
from shared.usecases.accounts.credentials import confirm_password
from shared.usecases.accounts.deletion import delete_account, end_relations_to_others
from shared.usecases.accounts.sessions import report_end

bp = Blueprint(__name__)


class Confirmation(Body):
    """The password, to be sure."""

    password: str = Field(default="", examples=["correct-horse-7"], json_schema_extra={"format": "password"})
    """Your password."""


@endpoint(
    bp,
    "DELETE",
    "/users/me/",
    auth=Auth.REGISTERED,
    status=204,
    cpu_heavy=True,
    repeatable=False,
    limits=[PASSWORD],
    errors=[
        InMatch,
        IncorrectPassword,
        PasswordConfirmationRequired,
    ],
)
def delete_me(me: Account, relations: Relations, body: Confirmation) -> None:
    """Delete your account.

    Needs your password, and is refused during a match. Your name is free at once, every stream of yours gets
    `delete-user` and is closed; in other people's finished matches you are shown as `deleted-user`. Your friendships,
    friend requests and blocks end, and the others are told.
    """
    confirm_password(me.user, body.password if body.has("password") else None)
    delete_account(me, relations)
    report_end(me.user, "deletion")
    end_relations_to_others(me.user.id)
