"""Presence: the SSE container writes it as streams open and close (docs/contract/events.md#presence).

A user is online while a live container holds one of their streams. A container renews a lease to show that it lives;
any other container clears the presence that a dead one left behind.
"""

from __future__ import annotations

from collections.abc import Sequence

from shared.domain.accounts.tokens import Claims
from shared.domain.errors import TokenUserNotFound, Unauthenticated
from shared.settings import settings
from shared.store import keys
from shared.store.accounts.leases import Leases
from shared.store.accounts.seats import Seat, StreamRow
from shared.store.accounts.users import User
from shared.store.base import Action, Item, read_item, read_items, read_partition
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.accounts.sessions import require_session
from shared.usecases.play.places import leave_offline
from shared.usecases.rerun import PATIENT_RERUNS, rerun


def admit(tokens: Sequence[Claims]) -> list[Unauthenticated | None]:
    """Why no stream may open with each of these tokens, or None. One BatchGetItem per 100."""
    found = read_items(keys.user(token.user_id) for token in tokens)
    return [_refusal(found.get(keys.user(token.user_id)), token) for token in tokens]


def _refusal(user: Item | None, token: Claims) -> Unauthenticated | None:
    try:
        require_session(user if isinstance(user, User) else None, token)
    except Unauthenticated as refusal:
        return refusal
    return None


def come_online(user_ids: Sequence[int], container: str) -> None:
    """The first streams of these users on a container open; called before their first byte. One transaction.

    At most 50 users. TokenUserNotFound if one of them doesn't exist: then nothing is written.
    """

    def write() -> None:
        work = UnitOfWork()
        for user_id in user_ids:
            opened = [Seat.rev.add(1), Seat.containers.add({container}), Seat.last_online.set(work.now)]
            work.update(Seat.of(user_id), opened, otherwise=TokenUserNotFound)
            row = StreamRow.at(keys.stream_of(container, user_id), user_id=user_id)
            work.replace(row, when=StreamRow.pk.does_not_exist() | StreamRow.pk.exists())
        work.commit()

    rerun(write)


def go_offline(user_id: int, container: str) -> None:
    """A user's last stream on a container closed for good.

    If it was the last one anywhere, the user leaves queue, lobby or unstarted tournament with it.
    """

    def write() -> None:
        seat = read_item(keys.seat(user_id))
        work = UnitOfWork()
        work.delete(StreamRow.at(keys.stream_of(container, user_id)), otherwise=_Gone)
        if isinstance(seat, Seat) and container in seat.containers:
            changes: list[Action] = [Seat.containers.delete({container}), Seat.last_online.set(work.now)]
            if seat.containers == {container} and leave_offline(work, seat):
                changes += seat.leave_place()
            else:
                changes.append(Seat.rev.add(1))
            work.update(seat, changes, when=seat.unchanged())
        work.commit()

    try:
        # All members of a lobby may go at once with their container, and each of them changes the lobby.
        rerun(write, PATIENT_RERUNS)
    except _Gone:
        return  # another container has cleared it: two of them reap the same dead one


class _Gone(Exception):
    pass


def renew_lease(container: str) -> list[str]:
    """Renew a container's lease for PRESENCE_LEASE_SECONDS. The ids of containers whose lease has ended."""

    def write() -> list[str]:
        row = read_item(keys.leases())
        work = UnitOfWork()
        now = work.now.timestamp()
        ends = dict(row.ends) if isinstance(row, Leases) else {}
        dead = [other for other, end in ends.items() if end <= now and other != container]
        ends[container] = now + settings().presence_lease_seconds
        _write_leases(work, row, ends)
        return dead

    return rerun(write)


def reap(container: str) -> None:
    """Clear a dead container's users and lease."""
    for row in read_partition(keys.container(container)):
        if isinstance(row, StreamRow):
            go_offline(row.user_id, container)

    def drop_lease() -> None:
        row = read_item(keys.leases())
        if isinstance(row, Leases) and container in row.ends:
            ends = {other: end for other, end in row.ends.items() if other != container}
            _write_leases(UnitOfWork(), row, ends)

    rerun(drop_lease)


def release(container: str) -> None:
    """A container stops: its users go offline at once, and its lease ends."""
    reap(container)


def _write_leases(work: UnitOfWork, row: object, ends: dict[str, float]) -> None:
    if isinstance(row, Leases):
        changes = [Leases.rev.add(1), Leases.ends.set(ends)]
        work.update(row, changes, when=row.unchanged())
    else:
        work.put(Leases.at(keys.leases(), ends=ends))
    work.commit()
