"""The SSE container on Fargate, behind a load balancer, with what its code needs of the table.

Made only where the stack is given an image: on a laptop the SSE process runs by itself.
"""

from __future__ import annotations

from collections.abc import Callable

from infra.cloud import grants
from infra.cloud.cloudformation import Part, load
from infra.cloud.code_walk import name_of
from infra.cloud.functions import table_access
from infra.cloud.parameters import CONTAINER_SETTINGS, variables
from shared.auth.tokens import read_token
from shared.store.accounts.users import read_user
from shared.store.checkpoints import drop_marks, read_marks, save_mark
from shared.usecases.accounts.presence import come_online, go_offline, reap, release, renew_lease

CONDITION = "HasContainer"

CALLED: tuple[Callable[..., object], ...] = (
    read_user,
    read_token,
    come_online,
    go_offline,
    renew_lease,
    reap,
    release,
    save_mark,
    read_marks,
    drop_marks,
)
"""What sse/ calls of the code that it shares with the functions."""


def grant() -> grants.Grant:
    """What the container may do with the table, by its code."""
    return grants.grant(name_of(function) for function in CALLED)


def fragment() -> Part:
    """The container with its role, service and scaling."""
    made = load("sse_container", condition=CONDITION)
    role = made["Resources"]["ContainerRole"]["Properties"]
    role["Policies"][0]["PolicyDocument"]["Statement"].insert(0, table_access(grant()))
    (container,) = made["Resources"]["ContainerTask"]["Properties"]["ContainerDefinitions"]
    settings = variables(CONTAINER_SETTINGS)
    container["Environment"] += [{"Name": name, "Value": value} for name, value in settings.items()]
    return made
