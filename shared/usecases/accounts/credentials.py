"""Names and passwords: their rules, the row that holds both, and the proof that a password is right."""

from __future__ import annotations

from shared.auth.hashing import verify_password
from shared.domain.accounts import names, passwords
from shared.domain.accounts.errors import NameTaken
from shared.domain.errors import IncorrectPassword, Invalid, PasswordConfirmationRequired, RaceLost
from shared.security_events import SecurityEvent, report
from shared.store import keys
from shared.store.accounts.users import Credential, User, read_credential
from shared.store.unit_of_work import UnitOfWork


def require_acceptable(username: str | None, password: str | None, *, owner: str, present: str = "") -> None:
    """Check a new name and password. Invalid, with every problem.

    `owner` is the name to compare the password with, `present` the name that the user has so far.
    """
    found: dict[str, list[str]] = {}
    if username is not None and (wrong := names.problems(username, present)):
        found["username"] = wrong
    if password is not None and (wrong := passwords.problems(password, owner)):
        found["password"] = wrong
    if found:
        raise Invalid(found)


def credential_of(user: User, username: str, password_hash: str | None) -> Credential:
    """The row that makes a user the owner of a name; guests have no password."""
    return Credential.at(keys.credential(username), user_id=user.id, password_hash=password_hash)


def own_credential(user: User) -> Credential:
    """The credential of a user who was read before. RaceLost if the user was renamed or deleted since."""
    credential = read_credential(user.username)
    if credential is None or credential.user_id != user.id:
        raise RaceLost
    return credential


def confirm_password(user: User, password: str | None) -> None:
    """Check the user's password. PasswordConfirmationRequired, IncorrectPassword."""
    if password is None:
        raise PasswordConfirmationRequired
    if not verify_password(password, own_credential(user).password_hash):
        report(SecurityEvent.PASSWORD_REFUSED, user_id=user.id)
        raise IncorrectPassword


def move_name(work: UnitOfWork, user: User, credential: Credential) -> None:
    """Add to a unit of work that `credential` replaces the user's present one. Invalid if its name is taken."""
    old = Credential.at(keys.credential(user.username))
    mine = Credential.user_id == user.id
    if old.key == credential.key:
        work.replace(credential, when=mine)
    else:
        work.put(credential, otherwise=NameTaken)
        work.delete(old, when=mine)
