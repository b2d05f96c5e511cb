"""The CloudFormation template of everything behind the API: table, state machines, task functions, trigger.

Pure: `build()` returns a dict and reads nothing but the state machines' files. The functions behind the API's
routes are not here; they come from Chalice's package, and are merged with this template for a deployment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MACHINES = Path(__file__).parent / "machines"

TIMER_PARTITION_PREFIX = "TIMER#"
"""Items under such a partition key ask for a state machine's execution (docs/data-model.md)."""

TRIGGER_RETRIES = 5
"""A stream trigger retries for ever unless told otherwise, and a bad record would block its shard."""

TRIGGER_MAX_AGE_SECONDS = 3600

PYTHON = "python3.11"

LOG_DAYS = 30

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """A function that no route leads to: a state machine or the table's stream calls it."""

    module: str
    """Like functions.play.close_match; the handler has the name of the module's last part."""
    timeout_seconds: int = 30

    @property
    def logical_id(self) -> str:
        """Its CloudFormation name, like CloseMatch; in state machines its ARN is ${CloseMatchArn}."""
        return camel(self.module.rpartition(".")[2])

    @property
    def handler(self) -> str:
        """The handler string of Lambda."""
        return f"{self.module}.{self.module.rpartition('.')[2]}"


START_TIMERS = Task("functions.play.start_timers")

TASKS = (
    START_TIMERS,
    Task("functions.play.expire_connect"),
    Task("functions.play.close_match"),
    Task("functions.auth.erase_account"),
)


def camel(name: str) -> str:
    """close_match or match-clock -> CloseMatch or MatchClock."""
    return "".join(part.capitalize() for part in re.split("[_-]", name))


def machine_definitions() -> dict[str, dict[str, Any]]:
    """Every state machine's definition by its name (the file's name)."""
    return {
        file.name.removesuffix(".asl.json"): json.loads(file.read_text())
        for file in sorted(MACHINES.glob("*.asl.json"))
    }


def machine_id(name: str) -> str:
    """A machine's CloudFormation name: match-clock -> MatchClockMachine."""
    return camel(name) + "Machine"


def machine_variable(name: str) -> str:
    """The environment variable with a machine's ARN: match-clock -> MACHINE_MATCH_CLOCK."""
    return "MACHINE_" + name.upper().replace("-", "_")


def substitutions_in(definition: Mapping[str, Any]) -> set[str]:
    """The names that stand as ${…} in a state machine's definition."""
    return set(re.findall(r"\$\{(\w+)\}", json.dumps(definition)))


def build(environment: Mapping[str, str], log_level: str = "INFO") -> dict[str, Any]:
    """The template. `environment` is what every task function gets besides the table's and machines' names.

    ValueError if a secret is among it: anyone who may look at a stack can read its template.
    Parameters of the stack: TableName, CodeBucket and CodeKey (the zip with functions/ and shared/).
    Outputs: TableArn, StreamArn and, per machine, its ARN under its logical id.
    """
    if secrets := [name for name in environment if "SECRET" in name]:
        raise ValueError(f"{', '.join(secrets)} must not be in a template")
    machines = machine_definitions()
    variables = {**environment, "LOG_LEVEL": log_level, "TABLE_NAME": ref("TableName")}
    resources: dict[str, Resource] = {"Table": _table(), "TimerFailures": _failure_queue()}
    resources["TaskRole"] = _role("lambda.amazonaws.com", _task_statements())
    resources["MachineRole"] = _role("states.amazonaws.com", _machine_statements())
    resources["StartTimersRole"] = _role("lambda.amazonaws.com", _start_timers_statements(machines))
    for task in TASKS:
        own = dict(variables)
        if task is START_TIMERS:
            own |= {machine_variable(name): ref(machine_id(name)) for name in machines}
        resources[task.logical_id] = _function(task, own)
    for name, definition in machines.items():
        resources[machine_id(name)] = _machine(definition)
    resources["TimerTrigger"] = _trigger()
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Pong: the table, the timers' state machines and their functions",
        "Parameters": {
            "TableName": {"Type": "String"},
            "CodeBucket": {"Type": "String"},
            "CodeKey": {"Type": "String"},
        },
        "Resources": resources,
        "Outputs": {
            "TableArn": {"Value": attribute("Table", "Arn")},
            "StreamArn": {"Value": attribute("Table", "StreamArn")},
            **{machine_id(name): {"Value": ref(machine_id(name))} for name in machines},
        },
    }


def ref(logical_id: str) -> dict[str, str]:
    """CloudFormation's Ref."""
    return {"Ref": logical_id}


def attribute(logical_id: str, name: str) -> dict[str, list[str]]:
    """CloudFormation's Fn::GetAtt."""
    return {"Fn::GetAtt": [logical_id, name]}


def _table() -> Resource:
    return {
        "Type": "AWS::DynamoDB::Table",
        # The data outlives the stack: deleting or replacing it is never meant.
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "TableName": ref("TableName"),
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "gsi1pk", "gsi1sk")
            ],
            "KeySchema": _key("pk", "sk"),
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "gsi1",
                    "KeySchema": _key("gsi1pk", "gsi1sk"),
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
            "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "SSESpecification": {"SSEEnabled": True},
        },
    }


def _key(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


def _failure_queue() -> Resource:
    """Where descriptions of timer records go that could not be handled in TRIGGER_RETRIES tries."""
    return {"Type": "AWS::SQS::Queue", "Properties": {"MessageRetentionPeriod": 14 * 24 * 3600}}


def _function(task: Task, variables: Mapping[str, Any]) -> Resource:
    role = "StartTimersRole" if task is START_TIMERS else "TaskRole"
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": PYTHON,
            "Handler": task.handler,
            "Role": attribute(role, "Arn"),
            "Code": {"S3Bucket": ref("CodeBucket"), "S3Key": ref("CodeKey")},
            "Timeout": task.timeout_seconds,
            "MemorySize": 512,
            "Environment": {"Variables": dict(variables)},
        },
    }


def _machine(definition: Mapping[str, Any]) -> Resource:
    names = sorted(substitutions_in(definition))
    return {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "StateMachineType": "STANDARD",
            "RoleArn": attribute("MachineRole", "Arn"),
            "DefinitionString": json.dumps(definition),
            "DefinitionSubstitutions": {name: attribute(name.removesuffix("Arn"), "Arn") for name in names},
        },
    }


def _trigger() -> Resource:
    """The table's stream starts timers: only new timer items reach the function."""
    pattern = {
        "eventName": ["INSERT"],
        "dynamodb": {"Keys": {"pk": {"S": [{"prefix": TIMER_PARTITION_PREFIX}]}}},
    }
    return {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "EventSourceArn": attribute("Table", "StreamArn"),
            "FunctionName": ref(START_TIMERS.logical_id),
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": 100,
            "FilterCriteria": {"Filters": [{"Pattern": json.dumps(pattern)}]},
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": TRIGGER_RETRIES,
            "MaximumRecordAgeInSeconds": TRIGGER_MAX_AGE_SECONDS,
            "DestinationConfig": {"OnFailure": {"Destination": attribute("TimerFailures", "Arn")}},
        },
    }


def _role(service: str, statements: list[Resource]) -> Resource:
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
                ],
            },
            "Policies": [
                {
                    "PolicyName": "inline",
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": statements},
                }
            ],
        },
    }


def _allow(actions: list[str], resources: list[Any]) -> Resource:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


_LOGS = _allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], ["arn:aws:logs:*:*:*"])


def _task_statements() -> list[Resource]:
    actions = [
        f"dynamodb:{action}"
        for action in (
            "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem",
        )
    ]  # fmt: skip
    indexes = {"Fn::Sub": "${Table.Arn}/index/*"}
    return [_LOGS, _allow(actions, [attribute("Table", "Arn"), indexes])]


def _start_timers_statements(machines: Mapping[str, Any]) -> list[Resource]:
    stream = ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"]
    return [
        _LOGS,
        _allow([f"dynamodb:{action}" for action in stream], [attribute("Table", "StreamArn")]),
        _allow(["states:StartExecution"], [ref(machine_id(name)) for name in machines]),
        _allow(["sqs:SendMessage"], [attribute("TimerFailures", "Arn")]),
    ]


def _machine_statements() -> list[Resource]:
    functions = [attribute(task.logical_id, "Arn") for task in TASKS if task is not START_TIMERS]
    return [_allow(["lambda:InvokeFunction"], functions)]
