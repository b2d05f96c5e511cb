"""Accounts: making them, changing their name or password."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared.auth.hashing import hash_password, verify_password
from shared.domain import names, passwords, pictures
from shared.domain.errors import Forbidden, Invalid, RaceLost, Unauthenticated
from shared.domain.ids import new_user_id
from shared.domain.pictures import Merits
from shared.domain.statistics import Statistics
from shared.store import keys
from shared.store.base import Action
from shared.store.relations import Relations
from shared.store.seats import Seat
from shared.store.unit_of_work import UnitOfWork
from shared.store.users import Account, Credential, Inbox, User, read_credential
from shared.usecases.results import append_trophies, unlock

GUEST_NAME_DRAWS = 20


def name_taken() -> Invalid:
    """The 400 that losing a name means."""
    return Invalid.field("username", "This username is already taken.")


def require_acceptable(username: str | None, password: str | None, *, owner: str) -> None:
    """Invalid, with every problem by field. `owner` is the name that the password is compared to."""
    found: dict[str, list[str]] = {}
    if username is not None and (wrong := names.problems(username)):
        found["username"] = wrong
    if password is not None and (wrong := passwords.problems(password, owner)):
        found["password"] = wrong
    if found:
        raise Invalid(found)


def register(username: str, password: str) -> User:
    """Make a registered account. Invalid if name or password won't do or the name is taken."""
    require_acceptable(username, password, owner=username)
    work = UnitOfWork()
    user = _new_user(work, username, is_guest=False)
    work.put(_credential(user, username, hash_password(password)), otherwise=name_taken())
    work.commit()
    return user


def create_guest() -> User:
    """Make a guest account under a random name that is free."""
    for _ in range(GUEST_NAME_DRAWS):
        work = UnitOfWork()
        name = names.guest_name()
        user = _new_user(work, name, is_guest=True)
        work.put(_credential(user, name, None), otherwise=_NameTaken())
        try:
            work.commit()
        except _NameTaken:
            continue
        return user
    raise RaceLost


class _NameTaken(Exception):
    pass


def register_guest(user: User, username: str, password: str) -> User:
    """Turn a guest into a registered user; id, seat and statistics stay.

    Forbidden for one who is registered already; Invalid as in `register`.
    """
    if not user.is_guest:
        raise Forbidden("You are registered already.", "already_registered")
    require_acceptable(username, password, owner=username)
    work = UnitOfWork()
    actions: list[Action] = [User.is_guest.set(False), User.username.set(username), User.generation.add(1)]
    actions += [User.picture.set(pictures.REGISTER), User.trophy_changes.add(1), User.rev.add(1)]
    append_trophies(work, user, 0, 0)
    merits = Merits(is_guest=False, statistics=user.statistics)
    actions += unlock(work, user, merits, str(user.pk))
    work.update(user, actions, when=user.unchanged())
    credential = _credential(user, username, hash_password(password))
    credential.generation = user.generation + 1
    _move_name(work, user, credential)
    work.commit()
    return user


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a user wants to change about themselves; None is what stays."""

    username: str | None = None
    password: str | None = None
    old_password: str | None = None
    accept_friend_request: bool | None = None
    accept_chat_from: str | None = None


def change_account(account: Account, changes: Changes) -> Account:
    """Change name, password or settings, all or none; the account as it is then.

    Invalid, by field, if something about them won't do. A new password starts a new generation of tokens.
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
    if changes.password is not None:
        actions.append(User.generation.add(1))
    if not actions:
        return account
    work = UnitOfWork()
    if changes.username is not None or changes.password is not None:
        _change_credential(work, user, changes)
    work.update(user, actions, when=(User.username == user.username) & (User.generation == user.generation))
    work.commit()
    return replace(account, user=_changed(user, changes))


def _require_change(user: User, changes: Changes) -> None:
    if changes.username is not None and changes.username == user.username:
        raise Invalid.field("username", "This is your username already.")
    if changes.password is not None and not changes.old_password:
        raise Invalid.field("old_password", "Your present password is needed to change it.")
    require_acceptable(changes.username, changes.password, owner=changes.username or user.username)
    if changes.password is not None and changes.password == changes.old_password:
        raise Invalid.field("password", "The new password must differ from the old one.")


def _change_credential(work: UnitOfWork, user: User, changes: Changes) -> None:
    credential = _own_credential(user)
    changed = _credential(user, changes.username or user.username, credential.password_hash)
    changed.generation = credential.generation
    if changes.password is not None:
        if not verify_password(str(changes.old_password), credential.password_hash):
            raise Invalid.field("old_password", "This is not your password.")
        changed.password_hash = hash_password(changes.password)
        changed.generation = credential.generation + 1
    _move_name(work, user, changed)


def _changed(user: User, changes: Changes) -> User:
    for name in ("username", "accept_friend_request", "accept_chat_from"):
        value = getattr(changes, name)
        if value is not None:
            setattr(user, name, value)
    return user


def _move_name(work: UnitOfWork, user: User, credential: Credential) -> None:
    old = Credential.at(keys.credential(user.username))
    mine = Credential.user_id == user.user_id
    if old.key == credential.key:
        work.replace(credential, when=mine)
    else:
        work.put(credential, otherwise=name_taken())
        work.delete(old, when=mine)


def confirm_password(user: User, password: str | None) -> None:
    """Unauthenticated unless the password is the user's."""
    if password is None:
        raise Unauthenticated("password_confirmation_required")
    if not verify_password(password, _own_credential(user).password_hash):
        raise Unauthenticated("incorrect_password")


def _own_credential(user: User) -> Credential:
    """The credential of a user as read before. RaceLost if the user was renamed or deleted since.

    By then the name may be nobody's or another's: neither says anything about this user's password.
    """
    credential = read_credential(user.username)
    if credential is None or credential.user_id != user.user_id:
        raise RaceLost
    return credential


def _new_user(work: UnitOfWork, username: str, *, is_guest: bool) -> User:
    user_id = new_user_id(work.now)
    merits = Merits(is_guest=is_guest, statistics=Statistics())
    user = User.at(
        keys.user(user_id),
        id=user_id,
        username=username,
        is_guest=is_guest,
        created_at=work.now,
        picture=pictures.GUEST if is_guest else pictures.REGISTER,
        pictures=set(pictures.deserved(merits)),
        trophy_changes=0,
    )
    if not is_guest:
        append_trophies(work, user, 0, 0)
        user.trophy_changes = 1
    work.put(user)
    work.put(Seat.of(user_id))
    work.put(Relations.of(user_id))
    work.put(Inbox.of(user_id))
    return user


def _credential(user: User, username: str, password_hash: str | None) -> Credential:
    return Credential.at(keys.credential(username), user_id=user.user_id, password_hash=password_hash)
