"""The SSE container on Fargate, with the access to the table that its code needs, and its settings.

Made only where the stack is given an image: on a laptop the SSE process runs by itself.
"""

from __future__ import annotations

from infra.cloud import grants
from infra.cloud.cloudformation import Part, load
from infra.cloud.functions import table_access
from infra.cloud.parameters import CONTAINER_SETTINGS, variables

CONDITION = "HasContainer"


def grant() -> grants.Grant:
    """What the container's code does with the table."""
    return grants.grant([("sse.__main__", "main")])


def fragment() -> Part:
    """The container with its role, service and scaling."""
    made = load("sse_container", condition=CONDITION)
    role = made["Resources"]["ContainerRole"]["Properties"]
    role["Policies"][0]["PolicyDocument"]["Statement"].insert(0, table_access(grant()))
    (container,) = made["Resources"]["ContainerTask"]["Properties"]["ContainerDefinitions"]
    settings = variables(CONTAINER_SETTINGS)
    container["Environment"] += [{"Name": name, "Value": value} for name, value in settings.items()]
    return made
