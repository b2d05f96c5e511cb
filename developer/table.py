"""Finds users and matches in the table. A scan is right for a laptop's table; the product itself never scans."""

from __future__ import annotations

from developer.errors import ToolError
from shared.store.accounts.users import User, read_credential, read_user
from shared.store.base import connection
from shared.store.play.matches import MatchRow


def all_users() -> list[User]:
    """Every user, oldest first."""
    connection()
    return sorted(User.scan(consistent_read=True), key=lambda user: user.id)


def all_matches() -> list[MatchRow]:
    """The running matches, and those that ended within a day; oldest first."""
    connection()
    return sorted(MatchRow.scan(consistent_read=True), key=lambda row: row.state.id)


def find_user(name_or_id: str) -> User:
    """The user with this name or id. Raises ToolError."""
    credential = read_credential(name_or_id)
    user_id = str(credential.user_id) if credential else name_or_id
    found = read_user(int(user_id)) if user_id.isdecimal() else None
    if found is None:
        raise ToolError(f"There is no user {name_or_id}: `make users` lists them.")
    return found
