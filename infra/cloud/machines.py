"""The state machines, and the trigger that starts their executions from the table's stream."""

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
    """A machine's CloudFormation name: match-clock -> MatchClockMachine."""
    return camel(name) + "Machine"


def machine_ids() -> list[str]:
    """The CloudFormation names of all machines."""
    return [machine_id(name) for name in definitions()]


def substitutions_in(definition: Mapping[str, Any]) -> set[str]:
    """The names that stand as ${…} in a state machine's definition."""
    return set(re.findall(r"\$\{(\w+)\}", json.dumps(definition)))


def fragment() -> Part:
    """Machines with a role each, the trigger, and the queue of the records that the trigger could not handle."""
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
    made["Outputs"] = {machine: {"Value": ref(machine)} for machine in machine_ids()}
    return made


def trigger_statements() -> list[Part]:
    """What the trigger's function needs besides what its code touches: reading the stream, reporting failures."""
    read = ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"]
    return [
        allow([f"dynamodb:{action}" for action in read], attribute("Table", "StreamArn")),
        allow(["sqs:SendMessage"], attribute("TimerFailures", "Arn")),
    ]
