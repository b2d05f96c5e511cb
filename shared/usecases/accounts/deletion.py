"""Deleting an account: what goes at once, and what a task erases afterwards.

An area of the product joins in with a departure, an untying, an erasure or several of them, listed at the end of
this file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shared import events
from shared.domain.errors import Forbidden
from shared.store import keys
from shared.store.accounts.users import Account, Credential
from shared.store.base import delete_partition
from shared.store.social.relations import Relations
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.accounts.cleanup import (
    end_conversations,
    end_relations,
    leave_relations,
    remove_blocks_by_others,
    remove_own_blocks,
)
from shared.usecases.play.places import leave_for_good

ERASE_ACCOUNT = "erase-account"
PARTITIONS_PER_STEP = 10
"""How much one run of the task erases: a second or two of work."""


@dataclass(frozen=True, slots=True)
class ErasureScope:
    """How much there is of what a user leaves behind; enough to find it when the user's item is gone."""

    user_id: int
    matches_played: int
    trophy_changes: int


OnDelete = Callable[[UnitOfWork, Account, Relations], None]
"""Adds to the deleting transaction what one area changes at that very instant; raises to forbid the deletion."""

Cleanup = Callable[[int], bool]
"""Ends a share of what ties a deleted user, by id, to others, in a transaction; True when nothing is left of it.

All that could add to it must insist on the user's existence. It is called again after it is done.
"""

Erasure = Callable[[ErasureScope], Iterator[str]]
"""Names the partitions in which one area keeps things of a user; they are erased after the deletion."""


def delete_account(account: Account, relations: Relations) -> None:
    """Delete a user: name, profile and seat at once, and as many relations as a transaction has room for.

    Everything else goes by the erasing task.

    Every stream of the user gets `delete-user` and is closed. Forbidden while the user plays a match.
    """
    user, seat = account.user, account.seat
    work = UnitOfWork()
    for on_delete in ON_DELETE:
        on_delete(work, account, relations)
    work.delete(seat, when=seat.unchanged())
    work.delete(user, when=user.unchanged())
    work.delete(Credential.at(keys.credential(user.username)), when=Credential.user_id == user.id)
    work.emit(keys.account(user.id), [user.id], events.render("delete-user", data={"id": user.id}))
    work.start_timer(
        ERASE_ACCOUNT,
        {
            "user_id": user.id,
            "matches_played": user.matches_played,
            "trophy_changes": user.trophy_changes,
            "step": 0,
        },
    )
    work.commit()


def erase(scope: ErasureScope, step: int) -> int | None:
    """Do one step's share of the erasing; the next step, None after the last. Repeating a step is harmless."""
    if not all(cleanup(scope.user_id) for cleanup in CLEANUPS):
        return step
    partitions = [partition for erasure in ERASURES for partition in erasure(scope)]
    first = step * PARTITIONS_PER_STEP
    for partition in partitions[first : first + PARTITIONS_PER_STEP]:
        delete_partition(partition)
    return step + 1 if first + PARTITIONS_PER_STEP < len(partitions) else None


def leave_seat(work: UnitOfWork, account: Account, _relations: Relations) -> None:
    """Leave queue, lobby or tournament; a running match forbids the deletion."""
    if account.seat.match_id:
        raise Forbidden("You cannot delete your account during a match.", "in_match")
    leave_for_good(work, account.seat)


def account_rows(scope: ErasureScope) -> Iterator[str]:
    """The account's own partition: relations, inbox, and events that its streams have had by now."""
    yield keys.account(scope.user_id)


def history(scope: ErasureScope) -> Iterator[str]:
    """The finished matches; other players keep their own copies."""
    yield from keys.buckets(keys.played, scope.user_id, scope.matches_played)


def tournaments(scope: ErasureScope) -> Iterator[str]:
    """Which tournaments they took part in; those themselves stay, with the id."""
    yield keys.entries(scope.user_id)


def trophies(scope: ErasureScope) -> Iterator[str]:
    """The evolution of the trophies."""
    yield from keys.buckets(keys.trophy_change, scope.user_id, scope.trophy_changes)


ON_DELETE: tuple[OnDelete, ...] = (leave_seat, leave_relations)
CLEANUPS: tuple[Cleanup, ...] = (
    end_relations,
    remove_own_blocks,
    remove_blocks_by_others,
    end_conversations,
)
ERASURES: tuple[Erasure, ...] = (history, tournaments, trophies, account_rows)
