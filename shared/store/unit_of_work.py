"""One change, all at once or not at all: items, conditions, events and timers in one DynamoDB transaction.

Every write states the condition under which it is right and the error that a failed condition means. Whatever two
requests at the same instant could break is such a condition; reading alone checks nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.transactions import TransactWrite

from shared.domain.errors import RaceLost, Throttled
from shared.domain.ids import new_id
from shared.events import Outgoing
from shared.metrics import emit
from shared.store import keys
from shared.store.base import CONFLICTS, THROTTLES, Action, Condition, Item, connection, error_code, utc_now
from shared.store.deferral import is_held
from shared.store.outbox import Outbox, Timer, Wake

OUTBOX_KEPT = timedelta(hours=1)
TIMER_KEPT = timedelta(days=2)

_Kind = Literal["check", "delete", "put", "update"]
_TRANSACTION_ORDER: tuple[_Kind, ...] = ("check", "delete", "put", "update")
"""PynamoDB sends the operations of a transaction in this order; the cancellation reasons come back in it."""


@dataclass(frozen=True, slots=True)
class _Write:
    kind: _Kind
    item: Item
    condition: Condition
    otherwise: type[Exception]
    actions: Sequence[Action] = ()


@dataclass(slots=True)
class UnitOfWork:
    """Collects writes; `commit` makes them one transaction.

    For a request with an idempotency key the transaction waits for the answer (shared/store/deferral.py).

    A failed condition raises the `otherwise` of its write. RaceLost, the default, means that the use case has to start
    again from its first read.
    """

    now: datetime = field(default_factory=utc_now)
    _writes: list[_Write] = field(default_factory=list)
    _events: dict[str, list[Outgoing]] = field(default_factory=dict)
    _ids: set[int] = field(default_factory=set)
    _measured: list[tuple[Mapping[str, float | Sequence[float]], str]] = field(default_factory=list)

    def put(self, item: Item, otherwise: type[Exception] = RaceLost) -> None:
        """Store an item that must not exist yet."""
        self._add("put", item, Item.pk.does_not_exist(), otherwise)

    def replace(self, item: Item, when: Condition, otherwise: type[Exception] = RaceLost) -> None:
        """Store an item in place of the old one, provided that `when` holds of the old one."""
        self._add("put", item, when, otherwise)

    def update(
        self,
        item: Item,
        actions: Sequence[Action],
        when: Condition | None = None,
        otherwise: type[Exception] = RaceLost,
    ) -> None:
        """Change attributes of an item that must exist."""
        self._add("update", item, _existing(when), otherwise, actions)

    def delete(
        self, item: Item, when: Condition | None = None, otherwise: type[Exception] = RaceLost
    ) -> None:
        """Remove an item that must exist."""
        self._add("delete", item, _existing(when), otherwise)

    def discard(self, item: Item) -> None:
        """Remove an item if it is there."""
        self._add("delete", item, Item.pk.exists() | Item.pk.does_not_exist(), RaceLost)

    def check(self, item: Item, when: Condition, otherwise: type[Exception] = RaceLost) -> None:
        """Write nothing, but require a condition."""
        self._add("check", item, when, otherwise)

    def emit(
        self,
        partition: str,
        to: Iterable[int],
        event: dict[str, Any],
        ticket: Callable[[int], str] | None = None,
    ) -> None:
        """Send an event to these users, in this order, when the change commits.

        `partition` is the one of the changed item: events of one partition arrive in the order of their commits.
        `ticket` makes the match ticket that a user gets with it.
        """
        recipients = tuple(to)
        if recipients:
            tickets = {user_id: ticket(user_id) for user_id in recipients} if ticket else {}
            self._events.setdefault(partition, []).append(Outgoing(recipients, event, tickets))

    def new_id(self) -> int:
        """An id for something that this change creates; each call gives another one."""
        while (id_ := new_id(self.now)) in self._ids:
            pass
        self._ids.add(id_)
        return id_

    def start_timer(self, machine: str, payload: dict[str, Any]) -> int:
        """Start an execution of a state machine when the change commits; the returned id names the execution."""
        timer_id = self.new_id()
        self.put(
            Timer.at(
                keys.timer(timer_id),
                machine=machine,
                input=json.dumps(payload),
                expires_at=self.now + TIMER_KEPT,
            )
        )
        return timer_id

    def wake(self, token: str, output: dict[str, Any]) -> None:
        """Answer an execution that waits in a callback task when the change commits."""
        self.put(
            Wake.at(
                keys.wake(self.new_id()),
                token=token,
                output=json.dumps(output),
                expires_at=self.now + TIMER_KEPT,
            )
        )

    def measure(self, values: Mapping[str, float | Sequence[float]], *, mode: str = "") -> None:
        """Count in metrics (shared/metrics.py) once the change is written."""
        self._measured.append((values, mode))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self._writes and not self._events

    def commit(self) -> None:
        """Write everything, or raise and write nothing.

        Raises the failed condition's `otherwise`; RaceLost when another transaction held one of the items; Throttled
        when the table is over its capacity.
        """
        if not is_held(self):
            self.write()

    def write(self) -> None:
        """The writing of `commit`."""
        # Distinct within the change: a client drops an id that it has seen in any partition.
        first = new_id(self.now)
        for n, (partition, outgoing) in enumerate(self._events.items()):
            self._put_outbox(partition, outgoing, first ^ n)
        if not self._writes:
            return  # DynamoDB refuses an empty transaction
        writes = sorted(self._writes, key=lambda write: _TRANSACTION_ORDER.index(write.kind))
        if len(writes) == 1 and writes[0].kind != "check":
            _write_one(writes[0])
        else:
            _write_transaction(writes)
        for values, mode in self._measured:
            emit(values, mode=mode)

    def _put_outbox(self, partition: str, outgoing: Sequence[Outgoing], outbox_id: int) -> None:
        self.put(
            Outbox.at(
                keys.outbox(partition, outbox_id),
                id=outbox_id,
                entries=[_entry(each) for each in outgoing],
                expires_at=self.now + OUTBOX_KEPT,
            )
        )

    def _add(
        self,
        kind: _Kind,
        item: Item,
        condition: Condition,
        otherwise: type[Exception],
        actions: Sequence[Action] = (),
    ) -> None:
        self._writes.append(_Write(kind, item, condition, otherwise, actions))


def _entry(outgoing: Outgoing) -> dict[str, Any]:
    entry: dict[str, Any] = {"to": list(outgoing.to), "event": dict(outgoing.event)}
    if outgoing.tickets:
        entry["tickets"] = {str(user_id): ticket for user_id, ticket in outgoing.tickets.items()}
    return entry


def _existing(when: Condition | None) -> Condition:
    return Item.pk.exists() if when is None else Item.pk.exists() & when


def _write_one(write: _Write) -> None:
    """A conditional write of one item costs half of a transaction."""
    connection()
    try:
        if write.kind == "put":
            write.item.save(condition=write.condition)
        elif write.kind == "update":
            write.item.update(actions=list(write.actions), condition=write.condition)
        else:
            write.item.delete(condition=write.condition)
    except PynamoDBException as error:
        if error_code(error) == "ConditionalCheckFailedException":
            raise write.otherwise from error
        raise _translated(error) from error


def _write_transaction(writes: Sequence[_Write]) -> None:
    transaction = TransactWrite(connection=connection())
    try:
        with transaction:
            for write in writes:
                _ADDERS[write.kind](transaction, write)
    except TransactWriteError as error:
        reasons = [reason.code if reason else "None" for reason in error.cancellation_reasons]
        if any(code in CONFLICTS for code in reasons):
            raise RaceLost from error
        failed = {
            id(write)
            for write, code in zip(writes, reasons, strict=False)
            if code == "ConditionalCheckFailed"
        }
        for write in writes:
            if id(write) in failed and write.otherwise is not RaceLost:
                raise write.otherwise from error
        if failed:
            raise RaceLost from error
        if any(code in THROTTLES for code in reasons):
            raise Throttled from error
        raise _translated(error) from error


_ADDERS: dict[_Kind, Callable[[TransactWrite, _Write], None]] = {
    "check": lambda transaction, write: transaction.condition_check(
        type(write.item), write.item.pk, write.item.sk, condition=write.condition
    ),
    "delete": lambda transaction, write: transaction.delete(write.item, condition=write.condition),
    "put": lambda transaction, write: transaction.save(write.item, condition=write.condition),
    "update": lambda transaction, write: transaction.update(
        write.item, actions=list(write.actions), condition=write.condition
    ),
}


def _translated(error: PynamoDBException) -> Exception:
    code = error_code(error)
    if code in CONFLICTS:
        return RaceLost()
    if code in THROTTLES:
        return Throttled()
    return error
