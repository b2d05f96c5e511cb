"""The state machines, the queue of match clocks, and the trigger that starts both from the table's stream."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.cloud.cloudformation import Part, allow, attribute, camel, load, ref, resource, role

DIRECTORY = Path(__file__).parents[1] / "machines"

TRIGGER = "StartTimers"
"""The function that the stream calls."""

MATCH_CLOCK = "RunMatchClock"
"""The function that the queue of match clocks calls."""

CLOCK_QUEUE = "MatchClocks"
FAILURE_QUEUE = "TimerFailures"

LOGGING = [
    *("logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery"),
    *("logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies"),
    "logs:DescribeLogGroups",
]
"""What a machine needs to write its log (AWS Step Functions developer guide); it can't be limited to a log group."""


def definitions() -> dict[str, dict[str, Any]]:
    """Every state machine's definition by its name (the file's name)."""
    return {
        file.name.removesuffix(".asl.json"): json.loads(file.read_text())
        for file in sorted(DIRECTORY.glob("*.asl.json"))
    }


def machine_id(name: str) -> str:
    """A machine's CloudFormation name: ranked-window -> RankedWindowMachine."""
    return camel(name) + "Machine"


def machine_ids() -> list[str]:
    """The CloudFormation names of all machines."""
    return [machine_id(name) for name in definitions()]


def substitutions_in(definition: Mapping[str, Any]) -> set[str]:
    """The names that stand as ${…} in a state machine's definition."""
    return set(re.findall(r"\$\{(\w+)\}", json.dumps(definition)))


def fragment() -> Part:
    """Machines with a role each, the triggers, the queues of match clocks and of what the triggers could not handle."""
    made = load("timers")
    resources = made["Resources"]
    for name, definition in definitions().items():
        machine = machine_id(name)
        functions = sorted(name.removesuffix("Arn") for name in substitutions_in(definition))
        arns = [attribute(function, "Arn") for function in functions]
        statements = [allow(["lambda:InvokeFunction"], arns), allow(LOGGING, "*")]
        resources[f"{machine}Role"] = role("states.amazonaws.com", statements)
        properties = {
            "StateMachineType": "STANDARD",
            "RoleArn": attribute(f"{machine}Role", "Arn"),
            "DefinitionString": json.dumps(definition),
            "DefinitionSubstitutions": {f"{name}Arn": attribute(name, "Arn") for name in functions},
            # What has failed, and never what an execution holds: task tokens and ids of users.
            "LoggingConfiguration": {
                "Level": "ERROR",
                "IncludeExecutionData": False,
                "Destinations": [
                    {"CloudWatchLogsLogGroup": {"LogGroupArn": attribute("MachineLogs", "Arn")}}
                ],
            },
        }
        resources[machine] = resource("StepFunctions::StateMachine", properties)
    outputs = {machine: ref(machine) for machine in machine_ids()}
    outputs |= {f"{queue}Url": ref(queue) for queue in (CLOCK_QUEUE, FAILURE_QUEUE)}
    made["Outputs"] = {name: {"Value": value} for name, value in outputs.items()}
    return made


def trigger_statements() -> dict[str, list[Part]]:
    """What the triggers' functions need besides what their code touches: reading their source, reporting failures."""
    read = ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"]
    receive = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"]
    return {
        TRIGGER: [
            allow([f"dynamodb:{action}" for action in read], attribute("Table", "StreamArn")),
            allow(["sqs:SendMessage"], attribute(FAILURE_QUEUE, "Arn")),
        ],
        MATCH_CLOCK: [allow([f"sqs:{action}" for action in receive], attribute(CLOCK_QUEUE, "Arn"))],
    }
