"""Deleting an account: at once in one transaction (ON_DELETE), then in steps (CLEANUPS, ERASURES).

The task does all steps. Those that other users see in their lists (SEEN_BY_OTHERS) are done before the deletion is
answered. An area that keeps anything of a user adds its functions to these lists at the end of this file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from shared.domain.accounts.errors import InMatch
from shared.logs import log
from shared.store import keys
from shared.store.accounts.users import Account, Credential
from shared.store.base import Condition, delete_partition
from shared.store.social.relations import Relations
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.accounts.cleanup import (
    end_relations,
    erase_conversations,
    leave_conversations,
    leave_relations,
    remove_blocks_by_others,
    remove_own_blocks,
)
from shared.usecases.play.places import leave_for_good
from shared.usecases.rerun import PATIENT_RERUNS, rerun
from shared.wire.accounts.events import user_deleted

ERASE_ACCOUNT = "erase-account"
ENDING_SECONDS = 5.0
"""Some thousand relations: twenty end in one transaction."""

PARTITIONS_PER_STEP = 10
"""The task erases so many partitions in one step: a second or two of work."""


@dataclass(frozen=True, slots=True)
class ErasureScope:
    """The sizes of a deleted user's lists; they find the partitions when the user's item is gone."""

    user_id: int
    matches_played: int
    trophy_changes: int


OnDelete = Callable[[UnitOfWork, Account, Relations], None]
"""Adds the immediate effect of a deletion in one area to its transaction; may raise to forbid it."""

Cleanup = Callable[[int], bool]
"""Ends some relations of a deleted user to others in a transaction; True when none is left. It may be called again.

Writes that add a relation are conditional on the user's existence, so none comes after the deletion.
"""

Erasure = Callable[[ErasureScope], Iterator[str]]
"""The partitions of a user in one area; the task erases them."""


def delete_account(account: Account, relations: Relations) -> None:
    """Delete a user's account. InMatch while the user plays a match."""
    work = UnitOfWork()
    add_deletion(work, account, relations, when=account.user.unchanged())
    work.commit()


def add_deletion(work: UnitOfWork, account: Account, relations: Relations, when: Condition) -> None:
    """Add to a unit of work that name, profile, seat and the latest relations go; the erasing task deletes the rest.

    `when` is the condition on the user's item. Every stream of the user gets `delete-user` and ends. InMatch while the
    user plays a match.
    """
    user, seat = account.user, account.seat
    for on_delete in ON_DELETE:
        on_delete(work, account, relations)
    work.delete(seat, when=seat.unchanged())
    work.delete(user, when=when)
    work.delete(Credential.at(keys.credential(user.username)), when=Credential.user_id == user.id)
    work.emit(keys.account(user.id), [user.id], user_deleted(user.id))
    work.start_timer(
        ERASE_ACCOUNT,
        {
            "user_id": user.id,
            "matches_played": user.matches_played,
            "trophy_changes": user.trophy_changes,
            "step": 0,
        },
    )


def end_relations_to_others(user_id: int) -> None:
    """End what others still see of a deleted user in their lists, before the deletion is answered.

    After ENDING_SECONDS, and after any failure, the rest is left to the task: the account is deleted in any case.
    """
    ends = time.monotonic() + ENDING_SECONDS
    try:
        for cleanup in SEEN_BY_OTHERS:
            while not rerun(partial(cleanup, user_id), PATIENT_RERUNS):
                if time.monotonic() > ends:
                    return
    except Exception as error:  # noqa: BLE001 (see above)
        log().warning("left to the erasing task", exc_info=error)


def erase(scope: ErasureScope, step: int) -> int | None:
    """Do one step of the erasing. The next step, None after the last. A repeated step does no harm."""
    if not all(cleanup(scope.user_id) for cleanup in CLEANUPS):
        return step
    partitions = [partition for erasure in ERASURES for partition in erasure(scope)]
    first = step * PARTITIONS_PER_STEP
    for partition in partitions[first : first + PARTITIONS_PER_STEP]:
        delete_partition(partition)
    return step + 1 if first + PARTITIONS_PER_STEP < len(partitions) else None


def leave_seat(work: UnitOfWork, account: Account, _relations: Relations) -> None:
    """Leave the place. InMatch forbids the deletion."""
    if account.seat.match_id:
        raise InMatch
    leave_for_good(work, account.seat)


def account_rows(scope: ErasureScope) -> Iterator[str]:
    """The account's own partition: relations, inbox, delivered events."""
    yield keys.account(scope.user_id)


def history(scope: ErasureScope) -> Iterator[str]:
    """The finished matches; other players keep their own copies."""
    yield from keys.buckets(keys.played, scope.user_id, scope.matches_played)


def tournaments(scope: ErasureScope) -> Iterator[str]:
    """The list of tournaments that the user took part in; the tournaments stay."""
    yield keys.entries(scope.user_id)


def trophies(scope: ErasureScope) -> Iterator[str]:
    """The evolution of the trophies."""
    yield from keys.buckets(keys.trophy_change, scope.user_id, scope.trophy_changes)


def stored_answers(scope: ErasureScope) -> Iterator[str]:
    """The answers to requests with idempotency keys."""
    yield keys.stored_answers(str(scope.user_id))


ON_DELETE: tuple[OnDelete, ...] = (leave_seat, leave_relations)
SEEN_BY_OTHERS: tuple[Cleanup, ...] = (end_relations, remove_blocks_by_others, leave_conversations)
CLEANUPS: tuple[Cleanup, ...] = (*SEEN_BY_OTHERS, remove_own_blocks, erase_conversations)
ERASURES: tuple[Erasure, ...] = (history, tournaments, trophies, stored_answers, account_rows)
