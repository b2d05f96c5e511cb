"""Accounts with known logins."""

from __future__ import annotations

from demo.api import Api, ApiError
from demo.player import Player
from developer.errors import ToolError

PASSWORD = "correct-horse-7"  # noqa: S105 (known on purpose)
"""The password of every account that these tools make."""


async def enter(api: Api, name: str) -> Player:
    """The account of this name, made if there is none. Raises ToolError if it has another password."""
    try:
        return await Player.login(api, name, PASSWORD)
    except ApiError as error:
        if error.code != "authentication_failed":
            raise
    try:
        return await Player.register(api, name, PASSWORD)
    except ApiError as error:
        if error.status == 400 and "username" in error.body:
            reason = " ".join(error.body["username"])
            raise ToolError(f"There is no account {name} with the password {PASSWORD}: {reason}") from None
        raise
