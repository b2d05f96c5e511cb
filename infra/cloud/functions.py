"""The Lambda functions: one per endpoint and task, each with a role and a log group of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import app
from infra.cloud import grants
from infra.cloud.chalice_config import config
from infra.cloud.cloudformation import Part, allow, attribute, camel, ref, resource, role, sub
from infra.cloud.code_walk import Name, name_of
from infra.cloud.machines import CLOCK_QUEUE
from infra.cloud.parameters import FUNCTION_SETTINGS, variables
from shared.http.idempotency import Repeatable
from shared.http.registry import ROUTES, Route
from shared.http.task import TASKS
from shared.store.limits import charge

RUNTIME = "python3.13"
"""Lambda's name of the Python that runs the functions on AWS, and the name of its program elsewhere."""

ARCHITECTURE: str = config().lambda_architecture
"""The processors that run them on AWS: arm64, a fifth cheaper than x86_64 (Lambda's price list)."""

LOG_DAYS = 30

PROXY_KEY = {"Fn::Select": [2, {"Fn::Split": ["/", ref("AWS::StackId")]}]}
"""What CloudFront shows the functions: the random part of the stack's id, which the account alone can see."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the product."""

    module: str
    """Like functions.play.join_duel; the handler has the name of the module's last part."""
    grant: grants.Grant
    is_task: bool
    """Whether a state machine or the table's stream calls it, and no route leads to it."""
    cpu_heavy: bool = False
    """Whether it hashes passwords."""

    @property
    def name(self) -> str:
        """Like run_tournament."""
        return self.module.rpartition(".")[2]

    @property
    def logical_id(self) -> str:
        """Its CloudFormation name, like RunTournament; in state machines its ARN is ${RunTournamentArn}."""
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
        starts = [(module, name), *_called_by_the_decorator(route)]
        cpu_heavy = route is not None and route.cpu_heavy
        found.append(Function(module, grants.grant(starts), module in tasks, cpu_heavy))
    return sorted(found, key=lambda function: function.module)


def tasks() -> list[Function]:
    """The functions that state machines and the table's stream call."""
    return [function for function in all_functions() if function.is_task]


def _called_by_the_decorator(route: Route | None) -> list[Name]:
    """What the endpoint decorator calls besides the handler: to load the caller, to count, to repeat an answer."""
    if route is None:
        return []
    called: list[Callable[..., object]] = [route.load] if route.load else []
    if route.limits or route.makes_known:
        called.append(charge)
    if any(route.takes_key(method) for method in route.methods):
        called.append(Repeatable.run)
    return [name_of(function) for function in called]


def fragment(
    functions: Sequence[Function], machines: Sequence[str], more: Mapping[str, Any] = MappingProxyType({})
) -> Part:
    """Functions, roles and log groups. `machines` are the logical ids of the state machines.

    `more` are further environment variables of each function.
    """
    made: dict[str, Part] = {}
    for function in functions:
        name = function.logical_id
        made[name] = _function(function, machines)
        made[name]["Properties"]["Environment"]["Variables"] |= more
        made[f"{name}Role"] = role("lambda.amazonaws.com", _statements(function, machines))
        made[f"{name}Logs"] = resource("Logs::LogGroup", {"RetentionInDays": LOG_DAYS})
    return {"Resources": made}


def _function(function: Function, machines: Sequence[str]) -> Part:
    environment: dict[str, Any] = {"TABLE_NAME": ref("TableName"), "PUBLIC_URL": ref("PublicUrl")}
    # Pydantic has no plugins here, and would look for them in the metadata of all packages, those of Lambda's, too.
    environment |= {**variables(FUNCTION_SETTINGS), "PYDANTIC_DISABLE_PLUGINS": "__all__"}
    if function.grant.secret:
        environment["JWT_SECRET_ID"] = ref("TokenSecret")
    if function.grant.service_secret:
        environment["JWT_SERVICE_SECRET_ID"] = ref("ServiceSecret")
    if function.grant.exports:
        environment["EXPORT_BUCKET"] = ref("Exports")
    if not function.is_task:
        environment["PROXY_KEY"] = PROXY_KEY
    if function.grant.machines:
        environment |= {machine_variable(machine): ref(machine) for machine in machines}
    if function.grant.clocks:
        environment["MATCH_CLOCKS_URL"] = ref(CLOCK_QUEUE)
    configured = config(function.name)
    properties = {
        "Description": function.handler,
        "Runtime": RUNTIME,
        "Architectures": [ref("Architecture")],
        "Handler": function.handler,
        "Role": attribute(f"{function.logical_id}Role", "Arn"),
        "Code": {"S3Bucket": ref("CodeBucket"), "S3Key": ref("CodeKey")},
        "Timeout": configured.lambda_timeout,
        "MemorySize": configured.lambda_memory_size,
        "Environment": {"Variables": environment},
        "LoggingConfig": {"LogGroup": ref(f"{function.logical_id}Logs")},
        "TracingConfig": {"Mode": "Active"},
    }
    if function.cpu_heavy:
        properties["ReservedConcurrentExecutions"] = {
            "Fn::If": ["HasPasswordConcurrency", ref("PasswordConcurrency"), ref("AWS::NoValue")]
        }
    return resource("Lambda::Function", properties)


def machine_variable(machine: str) -> str:
    """The environment variable with the ARN of a state machine: RankedWindowMachine -> MACHINE_RANKED_WINDOW."""
    words = "".join(f"_{letter}" if letter.isupper() else letter for letter in machine)
    return "MACHINE" + words.removesuffix("_Machine").upper()


def _statements(function: Function, machines: Sequence[str]) -> list[Part]:
    """The statements of a function's role: its own logs, and what its code touches."""
    grant = function.grant
    found = [
        # The attribute ends in ":*": the log streams of the group.
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], attribute(f"{function.logical_id}Logs", "Arn")),
        # X-Ray has no resources to name.
        allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
    ]
    if grant.actions:
        found.append(table_access(grant))
    secrets = {"TokenSecret": grant.secret, "ServiceSecret": grant.service_secret}
    if readable := [ref(name) for name, may in secrets.items() if may]:
        found.append(allow(["secretsmanager:GetSecretValue"], readable))
    if grant.exports:
        # The presigned URL has the rights of the role.
        found.append(allow(["s3:PutObject", "s3:GetObject"], sub("${Exports.Arn}/*")))
    if grant.limits:
        found.append(allow(["dynamodb:UpdateItem"], attribute("LimitsTable", "Arn")))
    if grant.clocks:
        found.append(allow(["sqs:SendMessage"], attribute(CLOCK_QUEUE, "Arn")))
    if grant.machines:
        actions = ["states:StartExecution", "states:SendTaskSuccess"]
        found.append(allow(actions, [ref(machine) for machine in machines]))
    return found


def table_access(grant: grants.Grant) -> Part:
    """The statement for the table: these actions, on items of these partitions only."""
    return allow(
        [f"dynamodb:{action}" for action in sorted(grant.actions)],
        attribute("Table", "Arn"),
        {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": sorted(grant.keys)}},
    )


def invoke_uri(function: Function) -> dict[str, str]:
    """The address at which API Gateway calls a function."""
    return sub(
        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
        f"${{{function.logical_id}.Arn}}/invocations"
    )
