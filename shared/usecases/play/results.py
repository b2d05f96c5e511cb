"""Booking a result for one player: statistics, trophies, pictures, history."""

from __future__ import annotations

from shared.domain.accounts.pictures import Achievements
from shared.domain.accounts.statistics import Statistics
from shared.domain.play.matches import Match
from shared.store import keys
from shared.store.accounts.users import User
from shared.store.base import Action
from shared.store.play.matches import PlayedMatch
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.accounts.progress import append_trophies, unlock


def book(
    work: UnitOfWork,
    user: User,
    partition: str,
    *,
    statistics: Statistics,
    trophy_change: int | None = None,
    played: Match | None = None,
) -> None:
    """Add new statistics of a player to a unit of work, with trophies, history and pictures: one write of the user.

    `trophy_change` comes from a ranked match (the total never falls below 0); `played` goes into the history. Newly
    deserved pictures are unlocked, each with an event in `partition`.
    """
    actions: list[Action] = [User.rev.add(1), User.stats.set(dict(statistics.lines))]
    trophies = user.trophies
    if trophy_change is not None:
        trophies = max(0, trophies + trophy_change)
        actions += [User.trophies.set(trophies), User.trophy_changes.add(1)]
        append_trophies(work, user, trophies - user.trophies, trophies)
    if played is not None:
        actions.append(User.matches_played.add(1))
        work.put(PlayedMatch.at(keys.played(user.id, user.matches_played), state=played))
    achievements = Achievements(is_guest=user.is_guest, statistics=statistics, trophies=trophies)
    actions += unlock(work, user, achievements, partition)
    work.update(user, actions, when=user.unchanged())
