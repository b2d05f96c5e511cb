"""The rules of sessions: one per login (docs/contract/accounts.md#sessions). Times are Unix times in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

MAX_SESSIONS = 20
CLIENT_CHARACTERS = 128
USED_STEP = 300
"""The time of last use is this coarse, so that not every refresh writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One login."""

    created: int
    used: int
    ends: int
    """From then on all its tokens have expired."""
    client: str = ""
    """The name of the client, from its User-Agent."""
    counter: int = 0
    """Counts the rotations of the refresh token."""


Sessions = Mapping[str, Session]
"""A user's sessions by their ids."""


def client_name(user_agent: str) -> str:
    """The name of a client as it is kept."""
    return "".join(letter for letter in user_agent if letter.isprintable())[:CLIENT_CHARACTERS]


def with_new(sessions: Sessions, session_id: str, new: Session) -> Sessions:
    """The sessions after a login. Expired ones go, and the least recently used one beyond the maximum."""
    living = {id_: old for id_, old in sessions.items() if old.ends > new.created}
    latest = sorted(living, key=lambda id_: living[id_].used, reverse=True)[: MAX_SESSIONS - 1]
    return {**{id_: living[id_] for id_ in latest}, session_id: new}


def is_over(session: Session, now: int, longest: int) -> bool:
    """Whether a session has its greatest age: its user proves the password again, however lately it was used."""
    return now - session.created >= longest


def refreshed(session: Session, counter: int, *, rotate: bool, now: int, ends: int) -> Session | None:
    """The session after a refresh with a token of this counter; None if it ends by it.

    A token that is one behind is good: the answer with its successor got lost, or two requests ran at once. An older
    one was copied. `ends`: when the tokens that a rotation gives out have expired.
    """
    if counter not in (session.counter, session.counter - 1):
        return None
    if now - session.used >= USED_STEP:
        session = replace(session, used=now)
    if not rotate:
        return session
    turns = 1 if counter == session.counter else 0
    return replace(session, counter=session.counter + turns, ends=max(ends, session.ends))
