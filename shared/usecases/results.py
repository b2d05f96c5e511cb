"""Booking a result for one player: statistics, trophies, pictures, history."""

from __future__ import annotations

from shared import events
from shared.domain.ids import new_id
from shared.domain.matches import Match
from shared.domain.pictures import PICTURES, Merits, deserved
from shared.domain.statistics import Statistics
from shared.store import keys
from shared.store.base import Action
from shared.store.matches import PlayedMatch, TrophyChange
from shared.store.unit_of_work import UnitOfWork
from shared.store.users import User
from shared.wire.users import ProfilePicture


def book(
    work: UnitOfWork,
    user: User,
    partition: str,
    *,
    statistics: Statistics,
    trophy_change: int | None = None,
    played: Match | None = None,
) -> None:
    """Give a player new statistics, and all that follows from them, in one write of the user's item.

    `trophy_change` is what a ranked match changed (the total never falls below 0); `played` goes into the
    history. Pictures that are deserved now are unlocked, each with its event in `partition`.
    """
    actions: list[Action] = [User.rev.add(1), User.stats.set(statistics.to_json())]
    trophies = int(user.trophies)
    if trophy_change is not None:
        trophies = max(0, trophies + trophy_change)
        actions += [User.trophies.set(trophies), User.trophy_changes.add(1)]
        append_trophies(work, user, trophies - int(user.trophies), trophies)
    if played is not None:
        actions.append(User.matches_played.add(1))
        work.put(PlayedMatch.at(keys.played(user.user_id, int(user.matches_played)), state=played.to_json()))
    merits = Merits(is_guest=user.is_guest, statistics=statistics, trophies=trophies)
    actions += unlock(work, user, merits, partition)
    work.update(user, actions, when=user.unchanged())


def append_trophies(work: UnitOfWork, user: User, change: int, total: int) -> None:
    """Add a line to the evolution of a user's trophies; the caller counts it in `trophy_changes`."""
    work.put(
        TrophyChange.at(
            keys.trophy_change(user.user_id, int(user.trophy_changes)),
            id=new_id(work.now),
            change=change,
            total=total,
            changed_at=work.now,
        )
    )


def unlock(work: UnitOfWork, user: User, merits: Merits, partition: str) -> list[Action]:
    """What unlocks the pictures that are deserved and missing; their events go into the unit."""
    new = sorted(deserved(merits) - user.picture_ids)
    for number in new:
        picture = PICTURES[number]
        instance = ProfilePicture.of(picture, unlocked=True, equipped=False)
        event = events.render(
            "profile-picture-unlocked",
            data=instance.model_dump(mode="json"),
            kwargs={"id": picture.id},
        )
        work.emit(partition, [user.user_id], event)
    return [User.pictures.add(set(new))] if new else []
