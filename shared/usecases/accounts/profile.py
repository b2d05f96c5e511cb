"""Changing one's own name, password and settings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared.auth.hashing import hash_password, verify_password
from shared.domain.errors import Invalid
from shared.security_events import SecurityEvent, report
from shared.store.accounts.users import Account, User
from shared.store.base import Action
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.accounts.credentials import (
    credential_of,
    move_name,
    own_credential,
    require_acceptable,
)
from shared.usecases.accounts.sessions import end_others, report_end


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The wanted changes; None leaves a value as it is."""

    username: str | None = None
    password: str | None = None
    old_password: str | None = None
    accept_friend_request: bool | None = None
    accept_chat_from: str | None = None


def change_account(account: Account, changes: Changes, session_id: str = "") -> Account:
    """Change name, password or settings, all or none. Returns the changed account. Invalid, by field.

    A new password ends all sessions but the given one.
    """
    user = account.user
    _require_change(user, changes)
    actions: list[Action] = []
    if changes.accept_friend_request is not None:
        actions.append(User.accept_friend_request.set(changes.accept_friend_request))
    if changes.accept_chat_from is not None:
        actions.append(User.accept_chat_from.set(changes.accept_chat_from))
    if changes.username is not None:
        actions.append(User.username.set(changes.username))
    work = UnitOfWork()
    unchanged = (User.username == user.username) & (User.generation == user.generation)
    if changes.password is not None:
        actions += [User.generation.add(1), *end_others(work, user, session_id)]
        unchanged &= user.sessions_unchanged()
    if not actions:
        return account
    if changes.username is not None or changes.password is not None:
        _change_credential(work, user, changes)
    work.update(user, actions, when=unchanged)
    work.commit()
    if changes.password is not None:
        report_end(user, "password_change")
    return replace(account, user=_changed(user, changes))


def _require_change(user: User, changes: Changes) -> None:
    if changes.username is not None and changes.username == user.username:
        raise Invalid.field("username", "This is your username already.")
    if changes.password is not None and not changes.old_password:
        raise Invalid.field("old_password", "Your present password is needed to change it.")
    require_acceptable(
        changes.username,
        changes.password,
        owner=changes.username or user.username,
        present=user.username,
    )
    if changes.password is not None and changes.password == changes.old_password:
        raise Invalid.field("password", "The new password must differ from the old one.")


def _change_credential(work: UnitOfWork, user: User, changes: Changes) -> None:
    credential = own_credential(user)
    changed = credential_of(user, changes.username or user.username, credential.password_hash)
    changed.generation = credential.generation
    if changes.password is not None:
        if not verify_password(str(changes.old_password), credential.password_hash):
            report(SecurityEvent.PASSWORD_REFUSED, user_id=user.id)
            raise Invalid.field("old_password", "This is not your password.")
        changed.password_hash = hash_password(changes.password)
        changed.generation = credential.generation + 1
    move_name(work, user, changed)


def _changed(user: User, changes: Changes) -> User:
    for name in ("username", "accept_friend_request", "accept_chat_from"):
        value = getattr(changes, name)
        if value is not None:
            setattr(user, name, value)
    return user
