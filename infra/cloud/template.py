"""The CloudFormation templates, put together: static/*.yaml, and what follows from the code.

`whole()` is the product, the same for AWS and for an emulator of it. `timers()` is the part that the embedded local
mode needs besides the edge: table, state machines, their functions, triggers and schedules.
"""

from __future__ import annotations

from infra.cloud import alarms, api, dashboard, functions, machines, page, parameters, sse_container
from infra.cloud.cloudformation import Part, load, ref

MAX_RESOURCES = 450
"""CloudFormation takes 500; the rest is a margin for what comes."""

GAME = "HasGame"
"""The condition of the game server."""

SECTIONS = ("Parameters", "Conditions", "Resources", "Outputs")


def timers() -> Part:
    """Table, state machines with their functions, and the trigger."""
    return _template(
        "Pong: the table, the timers' state machines and their functions",
        load("table"),
        parameters.fragment(*parameters.FUNCTION_SETTINGS),
        _functions(functions.tasks()),
        machines.fragment(),
        load("schedules"),
    )


def whole(architecture: str = functions.ARCHITECTURE) -> Part:
    """The whole product, for a package for these processors."""
    every = functions.all_functions()
    watched = alarms.fragment(every)
    made = _template(
        "Pong: the backend of a multiplayer Pong platform",
        load("table"),
        load("secret"),
        load("exports"),
        parameters.fragment(*parameters.FUNCTION_SETTINGS, *parameters.CONTAINER_SETTINGS),
        _functions(every, METRICS_STACK=ref("AWS::StackName")),
        machines.fragment(),
        load("schedules"),
        api.fragment(every),
        load("access_logs", condition=sse_container.CONDITION),
        load("network", condition=sse_container.CONDITION),
        sse_container.fragment(),
        load("game_container", condition=GAME),
        load("game_network", condition=GAME),
        page.fragment(),
        load("cloudfront", condition=sse_container.CONDITION),
        load("waf", condition=sse_container.CONDITION),
        watched,
        dashboard.fragment(watched["Resources"]),
    )
    made["Parameters"]["Architecture"]["Default"] = architecture
    return made


def cloudfront_logs() -> Part:
    """What switches on the access log of CloudFront: a stack of its own, in us-east-1."""
    return load("cloudfront_logs")


def _functions(every: list[functions.Function], **variables: object) -> Part:
    made = functions.fragment(every, machines.machine_ids(), variables)
    for function, statements in machines.trigger_statements().items():
        role = made["Resources"][f"{function}Role"]["Properties"]
        role["Policies"][0]["PolicyDocument"]["Statement"] += statements
    return made


def _template(description: str, *fragments: Part) -> Part:
    made: Part = {"AWSTemplateFormatVersion": "2010-09-09", "Description": description}
    for section in SECTIONS:
        merged: Part = {}
        for fragment in fragments:
            part = fragment.get(section, {})
            if twice := merged.keys() & part.keys():
                raise ValueError(f"{section} of the template have two of {', '.join(sorted(twice))}")
            merged |= part
        if merged:
            made[section] = merged
    if len(made["Resources"]) > MAX_RESOURCES:
        raise ValueError(f"{len(made['Resources'])} resources: split the stack")
    return made
