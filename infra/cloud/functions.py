"""The Lambda functions: one per endpoint and task, each with a role and a log group of its own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import app
from infra.cloud import data, grants, parameters
from infra.cloud.values import (
    Resource,
    allow,
    attribute,
    camel,
    log_group,
    may_log,
    ref,
    resource,
    role,
    sub,
)
from shared.http.registry import ROUTES, Route
from shared.http.task import TASKS

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
"""Chalice packages for the version that packages, so that is what the functions run on."""

MEMORY_MB = 512
CPU_HEAVY_MEMORY_MB = 1769
"""At this size a function has one whole virtual processor (AWS Lambda developer guide, Configure memory)."""

ENDPOINT_SECONDS = 10
TASK_SECONDS = 30

LOG_DAYS = 30


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the product."""

    module: str
    """Like functions.play.close_match; the handler has the name of the module's last part."""
    grant: grants.Grant
    is_task: bool
    cpu_heavy: bool

    @property
    def name(self) -> str:
        """Like close_match."""
        return self.module.rpartition(".")[2]

    @property
    def logical_id(self) -> str:
        """Its CloudFormation name, like CloseMatch; in state machines its ARN is ${CloseMatchArn}."""
        return camel(self.name)

    @property
    def handler(self) -> str:
        """The handler string of Lambda."""
        return f"{self.module}.{self.name}"


def all_functions() -> list[Function]:
    """Every function that the Chalice app registers."""
    routes = {route.module: route for route in ROUTES}
    tasks = set(TASKS.values())
    found = []
    for registered in app.app.pure_lambda_functions:
        module, _, name = registered.handler_string.rpartition(".")
        route = routes.get(module)
        starts = [(module, name), *(_principal(route) if route else ())]
        found.append(Function(module, grants.grant(starts), module in tasks, bool(route and route.cpu_heavy)))
    return sorted(found, key=lambda function: function.module)


def tasks() -> list[Function]:
    """Those that no route leads to: state machines and the table's stream call them."""
    return [function for function in all_functions() if function.is_task]


def _principal(route: Route) -> list[grants.Name]:
    """What the endpoint decorator calls before the handler, to find out who is asking."""
    return [(route.load.__module__, route.load.__name__)] if route.load else []


def resources(functions: Sequence[Function], machines: Sequence[str]) -> dict[str, Resource]:
    """Functions, roles and log groups. `machines` are the logical ids of the state machines."""
    made: dict[str, Resource] = {}
    for function in functions:
        name = function.logical_id
        made[name] = _function(function, machines)
        made[f"{name}Role"] = role("lambda.amazonaws.com", statements(function, machines))
        made[f"{name}Logs"] = log_group(LOG_DAYS)
    return made


def _function(function: Function, machines: Sequence[str]) -> Resource:
    variables: dict[str, Any] = {"TABLE_NAME": ref("TableName"), "PUBLIC_URL": ref("PublicUrl")}
    variables |= parameters.variables(parameters.FUNCTION_SETTINGS)
    if function.grant.secret:
        variables["JWT_SECRET_ID"] = ref(data.SECRET)
    if function.grant.machines:
        variables |= {machine_variable(machine): ref(machine) for machine in machines}
    properties = {
        "Description": function.handler,
        "Runtime": PYTHON,
        "Architectures": ["x86_64"],
        "Handler": function.handler,
        "Role": attribute(f"{function.logical_id}Role", "Arn"),
        "Code": {"S3Bucket": ref("CodeBucket"), "S3Key": ref("CodeKey")},
        "Timeout": TASK_SECONDS if function.is_task else ENDPOINT_SECONDS,
        "MemorySize": CPU_HEAVY_MEMORY_MB if function.cpu_heavy else MEMORY_MB,
        "Environment": {"Variables": variables},
        "LoggingConfig": {"LogGroup": ref(f"{function.logical_id}Logs")},
        "TracingConfig": {"Mode": "Active"},
    }
    return resource("Lambda::Function", properties)


def machine_variable(machine: str) -> str:
    """The environment variable with the ARN of a state machine: MatchClockMachine -> MACHINE_MATCH_CLOCK."""
    words = "".join(f"_{letter}" if letter.isupper() else letter for letter in machine)
    return "MACHINE" + words.removesuffix("_Machine").upper()


def statements(function: Function, machines: Sequence[str]) -> list[Resource]:
    """The statements of a function's role: its own logs, and what its code touches."""
    grant = function.grant
    found = [
        may_log(f"{function.logical_id}Logs"),
        # X-Ray has no resources to name.
        allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
    ]
    if grant.actions:
        found.append(table_access(grant))
    if grant.secret:
        found.append(allow(["secretsmanager:GetSecretValue"], ref(data.SECRET)))
    if grant.machines:
        actions = ["states:StartExecution", "states:SendTaskSuccess"]
        found.append(allow(actions, [ref(machine) for machine in machines]))
    return found


def table_access(grant: grants.Grant) -> Resource:
    """The statement for the table: these actions, on items of these partitions only."""
    return allow(
        [f"dynamodb:{action}" for action in sorted(grant.actions)],
        attribute(data.TABLE, "Arn"),
        {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": sorted(grant.keys)}},
    )


def invoke_uri(function: Function) -> dict[str, str]:
    """What API Gateway calls a function by."""
    return sub(
        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
        f"${{{function.logical_id}.Arn}}/invocations"
    )
