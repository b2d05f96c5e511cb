"""Sessions: one per login, kept in the user's item, so that every request that reads the user sees whether one lives.

The rules are in shared/domain/accounts/sessions.py. Ended sessions are announced to the SSE container, which ends their
streams.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from shared.domain.accounts.errors import NoSuchSession, RefreshTokenReplaced, SessionEnded
from shared.domain.accounts.sessions import Session, client_name, is_over, refreshed, with_new
from shared.domain.accounts.tokens import Claims, Grant
from shared.domain.errors import RaceLost, TokenUserNotFound
from shared.events import sessions_ended
from shared.security_events import SecurityEvent, report
from shared.settings import settings
from shared.store.accounts.users import Credential, User, read_user
from shared.store.base import Action
from shared.store.deferral import afterwards
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.rerun import PATIENT_RERUNS, rerun

ID_BYTES = 8


def require_session(user: User | None, token: Claims) -> User:
    """The user of a token whose session lives. TokenUserNotFound, SessionEnded."""
    if user is None:
        raise TokenUserNotFound
    if not user.admits(token.session, token.generation):
        raise SessionEnded
    return user


def add_first(user: User, client: str, now: datetime) -> None:
    """Give a user who isn't stored yet the first session."""
    user.sessions = {_new_id(): _new_session(client, now)}


def first_grant(user: User) -> Grant:
    """What the tokens of a new user say."""
    (session_id,) = user.sessions
    return Grant(user.id, user.generation, session_id)


def begin(credential: Credential, client: str) -> Grant:
    """A session for a user who has proved the password. RaceLost if the password has changed since."""

    def write() -> Grant | None:
        user = read_user(credential.user_id)
        if user is None or user.generation != credential.generation:
            return None
        return _begin(user, client)

    # Several logins of one user at once all succeed, without another check of the costly hash.
    grant = rerun(write, PATIENT_RERUNS)
    if grant is None:
        raise RaceLost
    return grant


def refresh(token: Claims, client: str, *, rotate: bool) -> Grant:
    """What the tokens say that a refresh token gives. TokenUserNotFound, SessionEnded, RefreshTokenReplaced."""
    return rerun(lambda: _refresh(token, client, rotate=rotate), PATIENT_RERUNS)


def _refresh(token: Claims, client: str, *, rotate: bool) -> Grant:
    user = require_session(read_user(token.user_id), token)
    if not token.session:
        return _begin(user, client) if rotate else Grant(user.id, user.generation)
    work = UnitOfWork()
    now, session = int(work.now.timestamp()), user.sessions[token.session]
    ends, longest = _end_of_tokens(now), settings().session_seconds
    if not user.is_guest:  # A guest has no password to log in with again.
        if is_over(session, now, longest):
            _end(user, {token.session})
            raise SessionEnded
        ends = min(ends, session.created + longest + settings().access_seconds)
    changed = refreshed(session, token.counter, rotate=rotate, now=now, ends=ends)
    if changed is None:
        _end(user, {token.session})
        report(SecurityEvent.REFRESH_TOKEN_REPLAYED, user_id=user.id)
        raise RefreshTokenReplaced
    if changed != session:
        sessions = {**user.sessions, token.session: changed}
        work.update(user, user.set_sessions(sessions), when=user.sessions_unchanged())
        work.commit()
    return Grant(user.id, user.generation, token.session, changed.counter)


def end_one(user: User, session_id: str) -> None:
    """End one session. NoSuchSession."""
    if session_id not in user.sessions:
        raise NoSuchSession
    end(user, {session_id}, reason="owner")


def end(user: User, session_ids: Collection[str], *, reason: str) -> None:
    """End some sessions. The reason is for the security event."""
    _end(user, session_ids)
    report_end(user, reason)


def _end(user: User, session_ids: Collection[str]) -> None:
    work = UnitOfWork()
    kept = {id_: session for id_, session in user.sessions.items() if id_ not in session_ids}
    _announce(work, user, session_ids)
    work.update(user, user.set_sessions(kept), when=user.sessions_unchanged())
    work.commit()


def end_all(user: User, *, but: str = "", reason: str) -> None:
    """End all sessions, or all but one. The reason is for the security event."""
    work = UnitOfWork()
    work.update(user, end_others(work, user, but), when=user.sessions_unchanged())
    work.commit()
    report_end(user, reason)


def report_end(user: User, reason: str) -> None:
    """Report that sessions of a user end, once that is written."""
    afterwards(lambda: report(SecurityEvent.SESSIONS_ENDED, user_id=user.id, reason=reason))


def end_others(work: UnitOfWork, user: User, kept: str) -> list[Action]:
    """Add to a unit of work that all sessions but one end, and tokens without a session with them.

    Returns the actions on the user's item; the write insists on `sessions_unchanged`.
    """
    sessions = {id_: session for id_, session in user.sessions.items() if id_ == kept}
    _announce(work, user, user.sessions.keys() - sessions.keys(), old_tokens=user.old_tokens)
    return [*user.set_sessions(sessions), User.old_tokens.set(False)]


def continue_or_begin(
    work: UnitOfWork, user: User, session_id: str, client: str
) -> tuple[Grant, list[Action]]:
    """Like `end_others`. Without a session to go on, it begins one. The grant is of the user's next generation.

    The session's age counts from now on: the user has just set a password.
    """
    actions = end_others(work, user, session_id)
    session, old = _new_session(client, work.now), user.sessions.get(session_id)
    if old is None:
        session_id = _new_id()
    else:
        session = replace(session, client=old.client, counter=old.counter)
    actions[0] = User.sessions.set({session_id: session})
    return Grant(user.id, user.generation + 1, session_id, old.counter if old else 0), actions


def _begin(user: User, client: str) -> Grant:
    work, session_id = UnitOfWork(), _new_id()
    sessions = with_new(user.sessions, session_id, _new_session(client, work.now))
    now = work.now.timestamp()
    pushed_out = {id_ for id_, old in user.sessions.items() if id_ not in sessions and old.ends > now}
    _announce(work, user, pushed_out)
    # A change of the password at the same instant changes the sessions, too.
    work.update(user, user.set_sessions(sessions), when=user.sessions_unchanged())
    work.commit()
    if pushed_out:
        report_end(user, "too_many")
    return Grant(user.id, user.generation, session_id)


def _announce(
    work: UnitOfWork, user: User, session_ids: Collection[str], *, old_tokens: bool = False
) -> None:
    if session_ids or old_tokens:
        generation = user.generation if old_tokens else None
        work.emit(user.pk, [user.id], sessions_ended(session_ids, generation))


def _new_id() -> str:
    return secrets.token_hex(ID_BYTES)


def _new_session(client: str, now: datetime) -> Session:
    seconds = int(now.timestamp())
    return Session(created=seconds, used=seconds, ends=_end_of_tokens(seconds), client=client_name(client))


def _end_of_tokens(now: int) -> int:
    """When the tokens of today, and an access token that the refresh token gives at its last moment, have expired."""
    return now + settings().refresh_seconds + settings().access_seconds
