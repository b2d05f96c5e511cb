"""The state machines, and the trigger that starts their executions from the table's stream."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.cloud.data import TABLE
from infra.cloud.values import Resource, allow, attribute, camel, ref, resource, role

DIRECTORY = Path(__file__).parents[1] / "machines"

TRIGGER = "StartTimers"
"""The function that the stream calls."""

FAILURES = "TimerFailures"

TRIGGERING_PREFIXES = ("TIMER#", "WAKE#")
"""Items under such partition keys ask for a state machine's execution, or answer one (docs/data-model.md)."""

RETRIES = 5
"""A stream trigger retries for ever unless told otherwise, and a bad record would block its shard."""

MAX_AGE_SECONDS = 3600


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


def resources() -> dict[str, Resource]:
    """Machines with a role each, the trigger, and the queue of what it could not handle."""
    made: dict[str, Resource] = {}
    for name, definition in definitions().items():
        machine = machine_id(name)
        functions = sorted(name.removesuffix("Arn") for name in substitutions_in(definition))
        arns = [attribute(function, "Arn") for function in functions]
        made[f"{machine}Role"] = role("states.amazonaws.com", [allow(["lambda:InvokeFunction"], arns)])
        properties = {
            "StateMachineType": "STANDARD",
            "RoleArn": attribute(f"{machine}Role", "Arn"),
            "DefinitionString": json.dumps(definition),
            "DefinitionSubstitutions": {f"{name}Arn": attribute(name, "Arn") for name in functions},
        }
        made[machine] = resource("StepFunctions::StateMachine", properties)
    made[FAILURES] = resource("SQS::Queue", {"MessageRetentionPeriod": 14 * 24 * 3600})
    made["TimerTrigger"] = _trigger()
    return made


def trigger_statements() -> list[Resource]:
    """What the trigger's function needs besides what its code touches: reading the stream, reporting failures."""
    read = ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"]
    return [
        allow([f"dynamodb:{action}" for action in read], attribute(TABLE, "StreamArn")),
        allow(["sqs:SendMessage"], attribute(FAILURES, "Arn")),
    ]


def _trigger() -> Resource:
    """The table's stream starts timers and answers executions: only new items of those kinds reach the function."""
    prefixes = [{"prefix": prefix} for prefix in TRIGGERING_PREFIXES]
    pattern = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": prefixes}}}}
    return resource(
        "Lambda::EventSourceMapping",
        {
            "EventSourceArn": attribute(TABLE, "StreamArn"),
            "FunctionName": ref(TRIGGER),
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": 100,
            "FilterCriteria": {"Filters": [{"Pattern": json.dumps(pattern)}]},
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": RETRIES,
            "MaximumRecordAgeInSeconds": MAX_AGE_SECONDS,
            "DestinationConfig": {"OnFailure": {"Destination": attribute(FAILURES, "Arn")}},
        },
    )
