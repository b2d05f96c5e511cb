"""A user's progress: the evolution of trophies, and the pictures that achievements unlock."""

from __future__ import annotations

from shared import events
from shared.domain.accounts.pictures import PICTURES, Achievements, deserved
from shared.domain.ids import new_id
from shared.store import keys
from shared.store.accounts.users import User
from shared.store.base import Action
from shared.store.play.matches import TrophyChange
from shared.store.unit_of_work import UnitOfWork
from shared.wire.accounts.users import ProfilePicture


def append_trophies(work: UnitOfWork, user: User, change: int, total: int) -> None:
    """Add a line to the evolution of a user's trophies; the caller counts it in `trophy_changes`."""
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
    """What unlocks the pictures that are deserved and missing; their events go into the unit."""
    new = sorted(deserved(achievements) - user.pictures)
    for number in new:
        picture = PICTURES[number]
        instance = ProfilePicture.of(picture, unlocked=True, equipped=False)
        event = events.render(
            "profile-picture-unlocked",
            data=instance.model_dump(mode="json"),
            kwargs={"id": picture.id},
        )
        work.emit(partition, [user.id], event)
    return [User.pictures.add(set(new))] if new else []
