"""Accounts of tests as they are stored."""

from __future__ import annotations

from shared.store.accounts.users import Credential, User, read_credential, read_user

NEW_PASSWORD = "another-horse-8"


def user_of(user_id: int) -> User:
    """A user's item; they exist."""
    user = read_user(user_id)
    assert user is not None
    return user


def credential_of(name: str) -> Credential:
    """The credential of a name that is taken."""
    credential = read_credential(name)
    assert credential is not None
    return credential
