"""Making accounts: registering, playing as a guest, turning a guest into a registered user."""

from __future__ import annotations

from shared.auth.hashing import hash_password
from shared.domain.accounts import names, pictures
from shared.domain.accounts.errors import AlreadyRegistered, NameTaken
from shared.domain.accounts.pictures import Achievements
from shared.domain.accounts.statistics import Statistics
from shared.domain.accounts.tokens import Grant
from shared.domain.errors import RaceLost
from shared.domain.ids import new_user_id
from shared.store import keys
from shared.store.accounts.guests import GuestRow
from shared.store.accounts.seats import Seat
from shared.store.accounts.users import Inbox, User
from shared.store.base import Action
from shared.store.social.relations import Relations
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.accounts.credentials import credential_of, move_name, require_acceptable
from shared.usecases.accounts.progress import append_trophies, unlock
from shared.usecases.accounts.sessions import add_first, continue_or_begin, report_end

GUEST_NAME_DRAWS = 20


def register(username: str, password: str, client: str = "") -> User:
    """Make a registered account with its first session. Invalid, also if the name is taken."""
    require_acceptable(username, password, owner=username)
    work = UnitOfWork()
    user = new_user(work, username, is_guest=False)
    add_first(user, client, work.now)
    work.put(credential_of(user, username, hash_password(password)), otherwise=NameTaken)
    work.commit()
    return user


def create_guest(client: str = "") -> User:
    """Make a guest account with its first session, under a random name; where names are taken, it gets longer."""
    for draw in range(GUEST_NAME_DRAWS):
        work = UnitOfWork()
        name = names.guest_name(draw)
        user = new_user(work, name, is_guest=True)
        add_first(user, client, work.now)
        work.put(credential_of(user, name, None), otherwise=_NameTaken)
        work.put(GuestRow.of(user.id))
        try:
            work.commit()
        except _NameTaken:
            continue
        return user
    raise RaceLost


class _NameTaken(Exception):
    pass


def register_guest(user: User, username: str, password: str, session_id: str = "", client: str = "") -> Grant:
    """Turn a guest into a registered user with the same id, seat and statistics. AlreadyRegistered, Invalid.

    The given session goes on, all others end.
    """
    if not user.is_guest:
        raise AlreadyRegistered
    require_acceptable(username, password, owner=username, present=user.username)
    work = UnitOfWork()
    actions: list[Action] = [User.is_guest.set(False), User.username.set(username), User.generation.add(1)]
    actions += [User.picture.set(pictures.REGISTER), User.trophy_changes.add(1), User.rev.add(1)]
    append_trophies(work, user, 0, 0)
    achievements = Achievements(is_guest=False, statistics=user.statistics)
    actions += unlock(work, user, achievements, user.pk)
    grant, ending = continue_or_begin(work, user, session_id, client)
    work.update(user, actions + ending, when=user.unchanged() & user.sessions_unchanged())
    credential = credential_of(user, username, hash_password(password))
    credential.generation = user.generation + 1
    move_name(work, user, credential)
    work.discard(GuestRow.of(user.id))
    work.commit()
    report_end(user, "registration")
    return grant


def new_user(work: UnitOfWork, username: str, *, is_guest: bool) -> User:
    """Add a new account to a unit of work: profile, seat, relations and inbox, all but its name."""
    user_id = new_user_id(work.now)
    achievements = Achievements(is_guest=is_guest, statistics=Statistics())
    user = User.at(
        keys.user(user_id),
        id=user_id,
        username=username,
        is_guest=is_guest,
        created_at=work.now,
        picture=pictures.GUEST if is_guest else pictures.REGISTER,
        pictures=pictures.deserved(achievements),
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
