"""What each function touches, found out from the code: its role allows that, and nothing else.

A walk over the code (`code_walk.py`) goes from a handler along everything that it refers to. It passes the few
functions of the store that call DynamoDB (CALLS below) and those of `shared/store/keys.py` that build keys: they are
what the function may do. The walk finds rather more than a run touches, never less: tests/arch/test_roles.py compares
its result with what the endpoints' scenarios really touch.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from infra.cloud.code_walk import Name, name_of, reach
from shared.auth.signing_keys import service_keys, signing_keys
from shared.settings import machine_arn
from shared.store import base, checkpoints, keys, limits
from shared.store.accounts.export_files import store_export
from shared.store.play import clock_queue
from shared.store.unit_of_work import UnitOfWork

CALLS: Mapping[Callable[..., object], tuple[str, ...]] = {
    base.read_item: ("GetItem",),
    base.read_items: ("BatchGetItem",),
    base.read_partition: ("Query",),
    base.delete_partition: ("Query", "DeleteItem"),
    UnitOfWork.put: ("PutItem",),
    UnitOfWork.replace: ("PutItem",),
    UnitOfWork.update: ("UpdateItem",),
    UnitOfWork.delete: ("DeleteItem",),
    UnitOfWork.discard: ("DeleteItem",),
    UnitOfWork.check: ("ConditionCheckItem",),
    UnitOfWork.emit: ("PutItem",),
    UnitOfWork.start_timer: ("PutItem",),
    UnitOfWork.wake: ("PutItem",),
    checkpoints.save_mark: ("PutItem",),
    checkpoints.drop_marks: ("DeleteItem",),
}
"""The functions that call DynamoDB, and the actions (IAM's names) that they need."""

LIMIT_CALLS = (limits.charge, limits.make_known, limits.use_up)
"""The functions that call DynamoDB for the limits' table. All need UpdateItem, and nothing else."""

ACTIONS = {name_of(function): actions for function, actions in CALLS.items()}
LIMITS = frozenset(name_of(function) for function in LIMIT_CALLS)
ENDS = frozenset(name for name in ACTIONS if name[0] == base.__name__) | LIMITS
"""Where the walk ends: from the functions of the base model on, everything reaches everything."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a function may do."""

    actions: frozenset[str]
    """Of DynamoDB, without the service's name."""
    keys: frozenset[str]
    """Patterns of partition keys, such as `USER#*`."""
    secret: bool
    """Whether it reads or signs users' tokens."""
    service_secret: bool
    """Whether it reads service tokens."""
    exports: bool
    """Whether it stores large downloads."""
    clocks: bool
    """Whether it puts match clocks into their queue."""
    machines: bool
    """Whether it starts executions of the state machines."""
    limits: bool
    """Whether it counts requests in the limits' table."""


def grant(starts: Iterable[Name]) -> Grant:
    """What everything reachable from these definitions needs."""
    reached = reach(starts, ENDS)
    actions = frozenset(action for name in reached for action in ACTIONS.get(name, ()))
    patterns = frozenset(
        pattern for module, name in reached if module == keys.__name__ for pattern in _patterns(name)
    )
    return Grant(
        actions,
        patterns,
        secret=name_of(signing_keys) in reached,
        service_secret=name_of(service_keys) in reached,
        exports=name_of(store_export) in reached,
        clocks=name_of(clock_queue.send) in reached,
        machines=name_of(machine_arn) in reached,
        limits=not LIMITS.isdisjoint(reached),
    )


@cache
def _patterns(function: str) -> tuple[str, ...]:
    """The pattern of the partition keys that a function of keys.py builds.

    Empty for a function that is given the partition, and for one that takes a key apart.
    """
    build = getattr(keys, function)
    if not inspect.isfunction(build):
        return ()
    signature = inspect.signature(build)
    parameters = signature.parameters
    if "partition" in parameters or signature.return_annotation not in ("Key", "str"):
        return ()
    samples = {name: 1 if parameter.annotation == "int" else "x" for name, parameter in parameters.items()}
    built = build(**samples)
    partition = built if isinstance(built, str) else built[0]
    head, mark, _ = partition.partition("#")
    return (head + "#*",) if mark else (head,)
