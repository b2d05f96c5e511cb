"""A user's progress: the evolution of trophies, and the pictures that achievements unlock."""

from __future__ import annotations

from shared.domain.accounts.pictures import PICTURES, Achievements, deserved
from shared.domain.ids import new_id
from shared.store import keys
from shared.store.accounts.users import User
from shared.store.base import Action
from shared.store.play.matches import TrophyChange
from shared.store.unit_of_work import UnitOfWork
from shared.wire.accounts.events import picture_unlocked


def append_trophies(work: UnitOfWork, user: User, change: int, total: int) -> None:
    """Add an entry to the history of a user's trophies to a unit of work; the caller counts it in `trophy_changes`."""
    work.put(
        TrophyChange.at(
            keys.trophy_change(user.id, user.trophy_changes),
            id=new_id(work.now),
            change=change,
            total=total,
            changed_at=work.now,
        )
    )


def unlock(work: UnitOfWork, user: User, achievements: Achievements, partition: str) -> list[Action]:
    """The actions that unlock newly deserved pictures; their events go into the unit of work."""
    new = sorted(deserved(achievements) - user.pictures)
    for number in new:
        work.emit(partition, [user.id], picture_unlocked(PICTURES[number]))
    return [User.pictures.add(set(new))] if new else []
