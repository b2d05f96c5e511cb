"""The CloudFormation templates, put together. Pure: they depend on the code and on nothing else.

`whole()` is the product, the same for AWS and for an emulator of it. `timers()` is the part that the embedded local
mode needs besides the edge: table, state machines, their functions and the trigger.
"""

from __future__ import annotations

from typing import Any

from infra.cloud import alarms, api, data, front, functions, live, machines, parameters
from infra.cloud.values import Resource, attribute, ref

MAX_RESOURCES = 400
"""CloudFormation takes 500; what is added between two looks has to fit, too."""


def timers() -> Resource:
    """Table, state machines with their functions, and the trigger."""
    tasks = functions.tasks()
    return _template(
        "Pong: the table, the timers' state machines and their functions",
        {**parameters.CODE, **parameters.settings_parameters(parameters.FUNCTION_SETTINGS)},
        {},
        {**data.resources(), **_functions(tasks), **machines.resources()},
        {},
    )


def whole() -> Resource:
    """Everything."""
    every = functions.all_functions()
    settings = (*parameters.FUNCTION_SETTINGS, *parameters.STREAM_SETTINGS)
    return _template(
        "Pong: the backend of a multiplayer Pong platform",
        {
            **parameters.CODE,
            **api.PARAMETERS,
            **live.PARAMETERS,
            **front.PARAMETERS,
            **alarms.PARAMETERS,
            **parameters.settings_parameters(settings),
        },
        {
            live.CONDITION: {"Fn::Not": [{"Fn::Equals": [ref("SseImage"), ""]}]},
            **alarms.CONDITIONS,
        },
        {
            **data.resources(),
            **data.secret(),
            **_functions(every),
            **machines.resources(),
            **api.resources(every),
            **live.resources(),
            **front.resources(),
            **alarms.resources(every),
        },
        {
            **api.outputs(),
            **front.outputs(),
            "SecretArn": {"Value": ref(data.SECRET)},
        },
    )


def _functions(every: list[functions.Function]) -> dict[str, Resource]:
    made = functions.resources(every, machines.machine_ids())
    policy = made[f"{machines.TRIGGER}Role"]["Properties"]["Policies"][0]["PolicyDocument"]
    policy["Statement"] += machines.trigger_statements()
    return made


def _template(
    description: str,
    parameters_: Resource,
    conditions: Resource,
    resources: Resource,
    outputs: dict[str, Any],
) -> Resource:
    assert len(resources) <= MAX_RESOURCES, f"{len(resources)} resources: split the stack"  # noqa: S101
    made: Resource = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": description,
        "Parameters": parameters_,
        "Conditions": conditions,
        "Resources": resources,
        "Outputs": {
            "TableArn": {"Value": attribute(data.TABLE, "Arn")},
            "StreamArn": {"Value": attribute(data.TABLE, "StreamArn")},
            **{machine: {"Value": ref(machine)} for machine in machines.machine_ids()},
            **outputs,
        },
    }
    return {name: part for name, part in made.items() if part}
