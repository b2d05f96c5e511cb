"""The templates and the state machines fit each other, the code and CloudFormation's rules."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from infra.cloud import api, chalice_config, functions, machines, parameters, sse_container, template
from infra.cloud.cloudformation import camel
from infra.local.edge.configuration import Configuration
from infra.local.edge.reply import HSTS_SECONDS
from infra.package import ROOT
from shared.domain.errors import Throttled
from shared.http.answers import NO_SNIFFING, body_of
from shared.http.registry import PREFIX, ROUTES, Auth, Route
from shared.http.task import TASKS
from shared.settings import Settings, machine_arn
from shared.store.keys import TIMER_PREFIX, WAKE_PREFIX
from shared.usecases.play.sweep import GRACE

TEMPLATES = {"whole": template.whole(), "timers": template.timers()}
WHOLE = TEMPLATES["whole"]
CLOUDFRONT_LOGS = template.cloudfront_logs()
MACHINES = machines.definitions()

PSEUDO = {"AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::StackName", "AWS::URLSuffix"} | {
    "AWS::NoValue",
    "AWS::StackId",
}

each_template = pytest.mark.parametrize("built", TEMPLATES.values(), ids=TEMPLATES)


GAME_PATH = "/ws/game/*"


def behaviours() -> dict[str, dict[str, Any]]:
    """CloudFront's behaviours by their patterns, in their order, where all conditions hold; the default one is *."""
    (distribution,) = resources("CloudFront::Distribution").values()
    configured = distribution["DistributionConfig"]
    found = [one["Fn::If"][1] if "Fn::If" in one else one for one in configured["CacheBehaviors"]]
    return {one["PathPattern"]: one for one in found} | {"*": configured["DefaultCacheBehavior"]}


def resources(kind: str, built: dict[str, Any] = WHOLE) -> dict[str, dict[str, Any]]:
    """The properties of all resources of a kind."""
    return {
        name: resource.get("Properties", {})
        for name, resource in built["Resources"].items()
        if resource["Type"] == f"AWS::{kind}"
    }


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if "Ref" in value:
            yield value["Ref"]
        if "Fn::GetAtt" in value:
            yield value["Fn::GetAtt"][0]
        if "Fn::Sub" in value:
            text, own = value["Fn::Sub"] if isinstance(value["Fn::Sub"], list) else (value["Fn::Sub"], {})
            names = (name.partition(".")[0] for name in re.findall(r"\$\{([\w:.]+)\}", text))
            yield from (name for name in names if name not in own)
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


# ── CloudFormation ───────────────────────────────────────────────────────────────────────────────────────


@each_template
def test_everything_that_is_referred_to_is_there(built: dict[str, Any]) -> None:
    known = set(built["Resources"]) | set(built["Parameters"]) | PSEUDO

    assert set(references(built)) <= known


def test_a_template_is_the_same_each_time() -> None:
    assert json.dumps(template.whole()) == json.dumps(WHOLE)


def test_a_stack_has_room_below_cloudformations_limit() -> None:
    assert len(WHOLE["Resources"]) <= template.MAX_RESOURCES


def test_two_fragments_do_not_overwrite_each_other() -> None:
    fragment: dict[str, Any] = {"Resources": {"Table": {}}}

    with pytest.raises(ValueError, match="two of Table"):
        template._template("made up", fragment, fragment)


@pytest.mark.parametrize("built", [*TEMPLATES.values(), CLOUDFRONT_LOGS], ids=[*TEMPLATES, "cloudfront_logs"])
def test_cloudformation_accepts_the_template(built: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "template.json"
    file.write_text(json.dumps(built))

    linter = Path(sys.executable).with_name("cfn-lint")
    checked = subprocess.run([linter, file], capture_output=True, text=True)

    assert checked.stdout == ""
    assert checked.returncode == 0, checked.stderr


@each_template
def test_no_secret_is_in_a_template(built: dict[str, Any]) -> None:
    """The secret's value is drawn on AWS; functions and container are told its ARN only."""
    text = json.dumps(built)

    assert not re.search(r"JWT_(SERVICE_)?SECRET(?!_ID)", text)
    assert "SecretString" not in text.replace("GenerateSecretString", "")


def test_parameters_have_the_defaults_of_the_settings() -> None:
    settings = Settings()
    for name in (*parameters.FUNCTION_SETTINGS, *parameters.CONTAINER_SETTINGS):
        if name != "cors_origins":
            assert WHOLE["Parameters"][camel(name)]["Default"] == str(getattr(settings, name))


def test_no_origin_is_let_in_and_no_address_may_use_the_private_api_until_somebody_says_so() -> None:
    assert WHOLE["Parameters"]["CorsOrigins"]["Default"] == ""
    assert WHOLE["Parameters"]["ServiceAddresses"]["Default"].startswith("192.0.2.")


def test_without_an_image_neither_network_nor_container_nor_domain_is_made() -> None:
    unconditional = {
        resource["Type"] for resource in WHOLE["Resources"].values() if "Condition" not in resource
    }

    paid_by_time = ("AWS::EC2", "AWS::ECS", "AWS::ElasticLoad", "AWS::CloudFront", "AWS::WAFv2")
    assert not [kind for kind in unconditional if kind.startswith(paid_by_time)]


# ── table, secret ────────────────────────────────────────────────────────────────────────────────────────


@each_template
def test_the_table_has_stream_expiry_backup_and_outlives_the_stack(built: dict[str, Any]) -> None:
    table = resources("DynamoDB::Table", built)["Table"]

    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert built["Resources"]["Table"]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert built["Resources"]["Table"]["UpdateReplacePolicy"] == "Retain"


@each_template
def test_the_limits_table_has_expiry_and_no_stream(built: dict[str, Any]) -> None:
    table = resources("DynamoDB::Table", built)["LimitsTable"]

    assert table["TableName"] == {"Fn::Sub": "${TableName}-limits"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert "StreamSpecification" not in table


def test_the_signing_key_outlives_the_stack_as_the_users_do() -> None:
    assert WHOLE["Resources"]["TokenSecret"]["DeletionPolicy"] == "RetainExceptOnCreate"


# ── functions ────────────────────────────────────────────────────────────────────────────────────────────


def test_every_endpoint_and_task_is_a_function_once_and_nothing_else_is() -> None:
    handlers = [function["Handler"] for function in resources("Lambda::Function").values()]
    modules = {route.module for route in ROUTES} | set(TASKS.values()) | {"functions.meta.answer_unrouted"}

    assert sorted(handlers) == sorted(f"{module}.{module.rpartition('.')[2]}" for module in modules)


def test_the_embedded_mode_deploys_the_tasks_only() -> None:
    handlers = [f["Handler"] for f in resources("Lambda::Function", TEMPLATES["timers"]).values()]

    assert sorted(handler.rpartition(".")[0] for handler in handlers) == sorted(TASKS.values())


@pytest.mark.parametrize("function", functions.all_functions(), ids=lambda function: str(function.name))
def test_a_functions_handler_exists(function: functions.Function) -> None:
    module, _, name = function.handler.rpartition(".")

    assert callable(getattr(importlib.import_module(module), name))


@each_template
def test_functions_run_on_python_3_13_and_the_processors_of_their_package(built: dict[str, Any]) -> None:
    functions_of = resources("Lambda::Function", built).values()

    assert {function["Runtime"] for function in functions_of} == {"python3.13"}
    assert all(function["Architectures"] == [{"Ref": "Architecture"}] for function in functions_of)
    assert built["Parameters"]["Architecture"]["Default"] == "arm64"
    assert template.whole("x86_64")["Parameters"]["Architecture"]["Default"] == "x86_64"


@each_template
def test_no_parameter_is_hidden_so_that_a_deployment_can_keep_its_value(built: dict[str, Any]) -> None:
    assert not [name for name, facts in built["Parameters"].items() if facts.get("NoEcho")]


def test_chalices_configuration_decides_memory_and_time_out_and_names_no_other_function() -> None:
    stage = json.loads(chalice_config.FILE.read_text())["stages"][chalice_config.STAGE]
    made = resources("Lambda::Function")

    assert stage["lambda_functions"].keys() <= {function.name for function in functions.all_functions()}
    for function in functions.all_functions():
        says = {**stage, **stage["lambda_functions"].get(function.name, {})}
        assert made[function.logical_id]["MemorySize"] == says["lambda_memory_size"]
        assert made[function.logical_id]["Timeout"] == says["lambda_timeout"]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: str(route.name))
def test_an_endpoint_that_hashes_passwords_has_a_whole_processor(route: Route) -> None:
    """Lambda gives one at 1,769 MB (AWS Lambda developer guide, Configure memory); the others get less."""
    memory = resources("Lambda::Function")[camel(route.name)]["MemorySize"]

    assert (memory >= 1769) == route.cpu_heavy, (
        f"{route.name}: set lambda_memory_size in {chalice_config.FILE}"
    )


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: str(route.name))
def test_what_hashes_passwords_is_throttled_by_itself_and_can_be_kept_from_taking_all_of_lambda(
    route: Route,
) -> None:
    (stage,) = resources("ApiGateway::Stage").values()
    path = "/" + api.gateway_path(route).replace("/", "~1")
    throttled = {s["HttpMethod"] for s in stage["MethodSettings"] if s["ResourcePath"] == path}
    reserved = resources("Lambda::Function")[camel(route.name)].get("ReservedConcurrentExecutions")

    assert (reserved is not None) == route.cpu_heavy
    is_costly = route.cpu_heavy or route.name == "create_guest"
    assert throttled & set(route.methods) == (set(route.methods) if is_costly else set())


def test_api_gateway_counts_by_stage_and_not_by_method() -> None:
    """Metrics of each method are paid for, five of over a hundred methods; no alarm and no graph shows one."""
    (stage,) = resources("ApiGateway::Stage").values()
    assert [settings for settings in stage["MethodSettings"] if settings["MetricsEnabled"]] == []


def test_a_task_has_more_time_than_an_endpoint() -> None:
    """No client waits for a task, and a task that is cut off is run again."""
    made = resources("Lambda::Function")
    times = {
        task: {made[f.logical_id]["Timeout"] for f in functions.all_functions() if f.is_task is task}
        for task in (False, True)
    }

    assert max(times[False]) <= api.INTEGRATION_SECONDS < min(times[True])


@pytest.mark.parametrize("name", resources("Lambda::Function"))
def test_a_function_has_a_role_and_a_log_of_its_own_that_forgets(name: str) -> None:
    function = resources("Lambda::Function")[name]

    assert function["Role"] == {"Fn::GetAtt": [f"{name}Role", "Arn"]}
    assert function["LoggingConfig"] == {"LogGroup": {"Ref": f"{name}Logs"}}
    assert resources("Logs::LogGroup")[f"{name}Logs"]["RetentionInDays"] > 0


# ── state machines and their trigger ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_goes_only_to_its_own_states_and_comes_to_an_end(name: str) -> None:
    states = MACHINES[name]["States"]
    goals = {MACHINES[name]["StartAt"]}
    for state in states.values():
        goals |= {state[key] for key in ("Next", "Default") if key in state}
        goals |= {choice["Next"] for choice in state.get("Choices", [])}
        assert state["Type"] in ("Succeed", "Choice") or "Next" in state or state.get("End")

    assert goals == set(states), "a state is missing, or one can't be reached"
    assert any(state["Type"] == "Succeed" or state.get("End") for state in states.values())


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_calls_functions_that_are_deployed_and_tries_again_after_errors(name: str) -> None:
    known = {f"{task.logical_id}Arn" for task in functions.tasks()}

    assert machines.substitutions_in(MACHINES[name]) <= known
    for state in MACHINES[name]["States"].values():
        if state["Type"] == "Task":
            busy, *_, anything = state["Retry"]
            assert "Lambda.TooManyRequestsException" in busy["ErrorEquals"]
            assert busy["MaxAttempts"] >= 50
            assert anything["ErrorEquals"] == ["States.ALL"]
            assert anything["MaxAttempts"] >= 5


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_may_call_its_own_functions_and_nothing_else(name: str) -> None:
    machine = machines.machine_id(name)
    (policy,) = resources("IAM::Role")[f"{machine}Role"]["Policies"]
    statement, logging = policy["PolicyDocument"]["Statement"]

    assert statement["Action"] == ["lambda:InvokeFunction"]
    assert {action.partition(":")[0] for action in logging["Action"]} == {"logs"}
    called = {arn["Fn::GetAtt"][0] + "Arn" for arn in statement["Resource"]}
    assert called == machines.substitutions_in(MACHINES[name])


@each_template
@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_logs_what_fails_and_nothing_of_what_it_holds(name: str, built: dict[str, Any]) -> None:
    logging = resources("StepFunctions::StateMachine", built)[machines.machine_id(name)][
        "LoggingConfiguration"
    ]
    (target,) = logging["Destinations"]
    group = target["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"][0]

    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ERROR", False)
    assert resources("Logs::LogGroup", built)[group]["RetentionInDays"] == 30


def test_the_erasing_task_gets_its_own_answer_as_the_next_step() -> None:
    task = MACHINES["erase-account"]["States"]["EraseAccount"]

    assert "ResultPath" not in task
    assert MACHINES["erase-account"]["States"]["IsDone"]["Choices"][0]["Variable"] == "$.done"


@each_template
@pytest.mark.parametrize("name", MACHINES)
def test_start_timers_knows_every_machine_by_the_name_that_the_code_looks_up(
    name: str, built: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = machines.machine_id(name)
    variables = resources("Lambda::Function", built)["StartTimers"]["Environment"]["Variables"]
    monkeypatch.setenv(functions.machine_variable(machine), "arn")

    assert machine_arn(name) == "arn"
    assert variables[functions.machine_variable(machine)] == {"Ref": machine}


@each_template
def test_the_trigger_tries_for_an_hour_then_gives_up_on_a_bad_record_and_keeps_it(
    built: dict[str, Any],
) -> None:
    trigger = resources("Lambda::EventSourceMapping", built)["TimerTrigger"]

    assert trigger["MaximumRetryAttempts"] == -1
    assert trigger["MaximumRecordAgeInSeconds"] == 3600
    assert trigger["BisectBatchOnFunctionError"] is True
    queue = trigger["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]
    assert queue in resources("SQS::Queue", built)


@each_template
def test_a_match_clock_that_fails_comes_again_and_ends_in_the_failure_queue(built: dict[str, Any]) -> None:
    trigger = resources("Lambda::EventSourceMapping", built)["MatchClockTrigger"]
    queue = resources("SQS::Queue", built)["MatchClocks"]
    function = resources("Lambda::Function", built)[trigger["FunctionName"]["Ref"]]

    assert trigger["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert queue["VisibilityTimeout"] >= function["Timeout"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] >= 5
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["TimerFailures", "Arn"]}


@each_template
def test_a_sweep_comes_within_a_minute_of_every_deadline(built: dict[str, Any]) -> None:
    schedule = resources("Events::Rule", built)["SweepSchedule"]
    (target,) = schedule["Targets"]
    given = json.loads(target["Input"])

    assert schedule["ScheduleExpression"] == "rate(1 minute)"
    assert given["sweeps"] * given["every_seconds"] == 60
    assert GRACE.total_seconds() + given["every_seconds"] < 60
    assert resources("Lambda::Function", built)["SweepOverdue"]["Timeout"] > given["every_seconds"]


@each_template
def test_a_run_of_a_schedule_that_fails_or_waits_is_left_to_the_next_one(built: dict[str, Any]) -> None:
    targets = [target for rule in resources("Events::Rule", built).values() for target in rule["Targets"]]
    called = {target["Arn"]["Fn::GetAtt"][0]: target for target in targets if target["Arn"].get("Fn::GetAtt")}
    configs = {
        config["FunctionName"]["Ref"]: config
        for config in resources("Lambda::EventInvokeConfig", built).values()
    }

    assert called.keys() == configs.keys() == {"SweepOverdue"}
    for name, config in configs.items():
        assert config["Qualifier"] == "$LATEST"
        assert config["MaximumRetryAttempts"] == 0
        assert config["MaximumEventAgeInSeconds"] == 60
        assert called[name]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 60}


def test_the_trigger_passes_only_new_timers_and_answers() -> None:
    trigger = resources("Lambda::EventSourceMapping")["TimerTrigger"]
    (pattern,) = trigger["FilterCriteria"]["Filters"]

    assert json.loads(pattern["Pattern"]) == {
        "eventName": ["INSERT"],
        "dynamodb": {"Keys": {"pk": {"S": [{"prefix": TIMER_PREFIX}, {"prefix": WAKE_PREFIX}]}}},
    }


# ── the API ──────────────────────────────────────────────────────────────────────────────────────────────

DEFINITION = resources("ApiGateway::RestApi")["Api"]["Body"]


def function_of(operation: dict[str, Any]) -> str:
    """The logical id of the function that an operation calls."""
    uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    found = re.search(r"functions/\$\{(\w+)\.Arn\}/invocations$", uri)
    assert found
    return found[1]


def test_every_route_is_in_the_api_exactly_once_and_nothing_else_is() -> None:
    documented = {
        (method.lower(), route.path.removesuffix("/") or "/"): camel(route.module.rpartition(".")[2])
        for route in ROUTES
        for method in route.served
    }
    public = {
        (method, path): function_of(operation)
        for path, item in DEFINITION["paths"].items()
        for method, operation in item.items()
    }
    served = {where: function for where, function in public.items() if function != api.UNROUTED}

    assert served == documented
    assert len(documented) == sum(len(route.served) for route in ROUTES)


@pytest.mark.parametrize("path", DEFINITION["paths"])
def test_whatever_no_route_takes_is_answered_by_us(path: str) -> None:
    methods = DEFINITION["paths"][path]
    if "x-amazon-apigateway-any-method" in methods:
        assert function_of(methods["x-amazon-apigateway-any-method"]) == api.UNROUTED
    else:
        assert path in api.catch_alls()
        assert set(methods) >= set(api.METHODS)


def test_api_gateway_has_one_variable_part_at_any_one_place() -> None:
    names: dict[str, set[str]] = {}
    for path in DEFINITION["paths"]:
        parts = path.split("/")
        for n, part in enumerate(parts):
            if part.startswith("{"):
                names.setdefault("/".join(parts[:n]), set()).add(part)
    # The part that catches all the rest is one of them, but only AWS tells it from the others: by its longer reach.
    assert {place: found for place, found in names.items() if len(found) > 1} == {}


def test_what_is_at_no_known_place_gets_to_the_fallback_at_any_depth() -> None:
    assert set(api.catch_alls()) == {"/{chat_id}", "/{chat_id}/{proxy+}"}
    for path in ("/{chat_id}", "/{chat_id}/{proxy+}"):
        assert {function_of(operation) for operation in DEFINITION["paths"][path].values()} == {api.UNROUTED}


def test_api_gateway_may_call_every_endpoint_by_the_role_of_its_area_and_no_task() -> None:
    endpoints = {f.logical_id: api.role_of(f) for f in functions.all_functions() if not f.is_task}
    called: dict[str, str] = {}
    for name in set(endpoints.values()):
        (policy,) = resources("IAM::Role")[name]["Policies"]
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert statement["Action"] == ["lambda:InvokeFunction"]
        called |= {arn["Fn::GetAtt"][0]: name for arn in statement["Resource"]}

    assert called == endpoints
    for item in DEFINITION["paths"].values():
        for operation in item.values():
            credentials = operation["x-amazon-apigateway-integration"]["credentials"]
            assert credentials == {"Fn::GetAtt": [called[function_of(operation)], "Arn"]}


LONGEST_ARN = "arn:aws-us-gov:lambda:ap-southeast-2:123456789012:function:" + "x" * 64
MOST_IN_A_ROLE = 10_240
"""Characters of all inline policies of a role, without white space (IAM's quotas)."""


def written_out(value: Any) -> Any:
    """A policy with the longest text in the place of everything that CloudFormation fills in."""
    if isinstance(value, list):
        return [written_out(one) for one in value]
    if isinstance(value, dict):
        if value.keys() & {"Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::Select", "Fn::ImportValue"}:
            return LONGEST_ARN
        return {name: written_out(one) for name, one in value.items()}
    return value


@pytest.mark.parametrize("name", resources("IAM::Role"))
def test_the_inline_policies_of_a_role_take_at_most_half_of_what_iam_allows(name: str) -> None:
    policies = resources("IAM::Role")[name].get("Policies", [])
    texts = [json.dumps(written_out(one["PolicyDocument"]), separators=(",", ":")) for one in policies]

    assert sum(map(len, texts)) <= MOST_IN_A_ROLE / 2


def test_the_private_api_is_refused_to_strangers() -> None:
    allowed, denied = resources("ApiGateway::RestApi")["Api"]["Policy"]["Statement"]

    assert (allowed["Effect"], denied["Effect"]) == ("Allow", "Deny")
    assert denied["Resource"] == ["execute-api:/*/*/private/*"]
    assert {route.path.split("/")[1] for route in ROUTES if route.auth is Auth.SERVICE} == {"private"}
    condition, with_game, without = denied["Condition"]["NotIpAddress"]["aws:SourceIp"]["Fn::If"]
    assert (condition, without) == ("HasGame", {"Ref": "ServiceAddresses"})
    assert set(references(with_game)) == {"ServiceAddresses", "GameAddress"}


@pytest.mark.parametrize("kind", api.GATEWAY_ERRORS)
def test_api_gateways_own_errors_have_the_contracts_shape(kind: str) -> None:
    (found,) = [
        response
        for response in resources("ApiGateway::GatewayResponse").values()
        if response["ResponseType"] == kind
    ]
    body = json.loads(found["ResponseTemplates"]["application/json"])
    in_definition = DEFINITION["x-amazon-apigateway-gateway-responses"][kind]

    assert body.keys() == {"detail", "code"}
    assert in_definition["responseTemplates"] == found["ResponseTemplates"]
    assert in_definition.get("statusCode") == found.get("StatusCode")
    headers = found["ResponseParameters"]
    assert headers["gatewayresponse.header.Cache-Control"] == "'no-store'"
    assert headers["gatewayresponse.header.X-Content-Type-Options"] == "'nosniff'"
    if kind == "THROTTLED":
        assert (found["StatusCode"], body["detail"]) == ("429", "Request was throttled.")
        assert found["ResponseParameters"]["gatewayresponse.header.Retry-After"] == "'1'"


def test_the_stage_is_the_one_of_chalices_configuration_and_begins_every_public_path() -> None:
    (stage,) = resources("ApiGateway::Stage").values()
    watched = {
        dimension["Value"]
        for alarm in resources("CloudWatch::Alarm").values()
        for dimension in alarm.get("Dimensions", ())
        if dimension["Name"] == "Stage"
    }

    assert stage["StageName"] == chalice_config.config().api_gateway_stage == PREFIX.removeprefix("/")
    assert watched == {stage["StageName"]}
    assert WHOLE["Outputs"]["ApiUrl"]["Value"]["Fn::Sub"].endswith(PREFIX)


def test_the_access_log_holds_no_query_and_no_header() -> None:
    (stage,) = resources("ApiGateway::Stage").values()
    logged = json.loads(stage["AccessLogSetting"]["Format"])

    assert not [value for value in logged.values() if "query" in value.lower() or "header" in value.lower()]
    assert stage["MethodSettings"][0]["ThrottlingRateLimit"] == {"Ref": "RequestsPerSecond"}


def test_the_documented_query_asks_for_what_the_access_log_holds() -> None:
    (stage,) = resources("ApiGateway::Stage").values()
    text = (ROOT / "docs/operations.md").read_text("utf-8")
    query = re.search(
        r"^fields (.+) \| filter (\w+) = .*$", text.split("over the group `ApiLogs`")[1], re.MULTILINE
    )
    assert query

    assert {*query[1].split(", "), query[2]} <= json.loads(stage["AccessLogSetting"]["Format"]).keys()


def test_a_changed_definition_is_deployed_anew() -> None:
    (deployment,) = resources("ApiGateway::Deployment")
    (stage,) = resources("ApiGateway::Stage").values()

    assert re.fullmatch("ApiDeployment[0-9a-f]{12}", deployment)
    assert stage["DeploymentId"] == {"Ref": deployment}


# ── the container and the domain ─────────────────────────────────────────────────────────────────────────


def test_the_container_stops_gracefully_is_checked_and_reached_by_the_balancer_only() -> None:
    (container,) = resources("ECS::TaskDefinition")["ContainerTask"]["ContainerDefinitions"]
    group = resources("ElasticLoadBalancingV2::TargetGroup")["Containers"]
    ingress = resources("EC2::SecurityGroup")["ContainerAccess"]["SecurityGroupIngress"]

    assert container["StopTimeout"] >= 30
    assert group["HealthCheckPath"] == "/healthz"
    assert [rule["SourceSecurityGroupId"] for rule in ingress] == [{"Ref": "BalancerAccess"}]
    assert resources("ElasticLoadBalancingV2::LoadBalancer")["Balancer"]["Scheme"] == "internal"


def test_no_more_containers_read_the_stream_than_a_shard_allows() -> None:
    (target,) = resources("ApplicationAutoScaling::ScalableTarget").values()

    assert target["MaxCapacity"] == {"Ref": "MaxSseTasks"}
    assert WHOLE["Parameters"]["MaxSseTasks"]["MaxValue"] == 2


def test_an_update_leaves_the_number_of_containers_as_it_is() -> None:
    assert "DesiredCount" not in resources("ECS::Service")["Service"]


def test_the_container_may_do_what_its_code_does() -> None:
    grant = sse_container.grant()

    assert grant.actions == {"GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"}
    assert {"SSE", "CONTAINER#*", "CHECKPOINT", "USER#*", "LOBBY#*"} <= grant.keys


def test_the_domain_leads_api_streams_and_assets_to_the_right_place_and_hides_the_private_api() -> None:
    found = behaviours()

    assert {pattern: behaviour["TargetOriginId"] for pattern, behaviour in found.items()} == {
        f"{PREFIX}/private/*": "api",
        f"{PREFIX}/*": "api",
        "/sse/*": "streams",
        GAME_PATH: "streams",
        "/web/*": "page",
        "/clients/javascript/src/*": "page",
        "/assets/*": "assets",
        "*": "page",
    }
    # The first pattern that fits is taken.
    assert next(iter(found)) == f"{PREFIX}/private/*"
    assert found[f"{PREFIX}/private/*"]["FunctionAssociations"]
    assert [one["AllowedMethods"] for one in found.values() if one["TargetOriginId"] == "api"] == [
        [method.upper() for method in api.METHODS]
    ] * 2
    assert {one["ViewerProtocolPolicy"] for one in found.values()} == {"https-only"}


def test_the_functions_know_the_domain_by_a_key_and_learn_the_viewers_address() -> None:
    (distribution,) = resources("CloudFront::Distribution").values()
    origin = next(o for o in distribution["DistributionConfig"]["Origins"] if o["Id"] == "api")
    behaviour = behaviours()[f"{PREFIX}/*"]
    key = resources("Lambda::Function")["LogIn"]["Environment"]["Variables"]["PROXY_KEY"]

    assert origin["OriginCustomHeaders"] == [{"HeaderName": "x-proxy-key", "HeaderValue": key}]
    assert [a["FunctionARN"]["Fn::GetAtt"][0] for a in behaviour["FunctionAssociations"]] == ["Address"]
    assert (
        "headers['x-client-address'] = {value: event.viewer.ip}"
        in (resources("CloudFront::Function")["Address"]["FunctionCode"])
    )


def test_the_firewall_refuses_an_address_that_sends_too_much_in_the_contracts_shape() -> None:
    firewall = resources("WAFv2::WebACL")["Firewall"]
    key = resources("Lambda::Function")["LogIn"]["Environment"]["Variables"]["PROXY_KEY"]
    viewers, others = (rule["Statement"]["RateBasedStatement"] for rule in firewall["Rules"])

    assert json.loads(firewall["CustomResponseBodies"]["throttled"]["Content"]) == body_of(Throttled())
    for rule in firewall["Rules"]:
        refusal = rule["Action"]["Block"]["CustomResponse"]
        headers = {header["Name"]: header["Value"] for header in refusal["ResponseHeaders"]}
        assert refusal["ResponseCode"] == 429
        assert headers == {"Retry-After": "60", "Cache-Control": "no-store", **NO_SNIFFING}
    assert viewers["ForwardedIPConfig"]["HeaderName"] == "x-client-address"
    assert viewers["ScopeDownStatement"]["ByteMatchStatement"]["SearchString"] == key
    assert others["AggregateKeyType"] == "IP"


def test_cloudfront_keeps_browsers_on_https_and_from_guessing_types_whatever_it_answers() -> None:
    policies = resources("CloudFront::ResponseHeadersPolicy")

    assert {one["ResponseHeadersPolicyId"]["Ref"] for one in behaviours().values()} == policies.keys()
    for policy in policies.values():
        headers = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
        assert headers["StrictTransportSecurity"] == {
            "AccessControlMaxAgeSec": HSTS_SECONDS,
            "IncludeSubdomains": False,
            "Override": True,
        }
        assert headers["ContentTypeOptions"] == {"Override": True}


def test_the_local_edge_waits_as_long_for_a_stream_as_cloudfront() -> None:
    (distribution,) = resources("CloudFront::Distribution").values()
    (streams,) = (one for one in distribution["DistributionConfig"]["Origins"] if one["Id"] == "streams")
    (waits,) = (one.default for one in fields(Configuration) if one.name == "stream_seconds")
    assert waits == streams["VpcOriginConfig"]["OriginReadTimeout"]


def test_from_cloudfront_to_the_balancer_there_is_tls_only_under_the_domains_name() -> None:
    (listener,) = resources("ElasticLoadBalancingV2::Listener").values()
    (origin,) = resources("CloudFront::VpcOrigin").values()
    (rule,) = resources("EC2::SecurityGroup")["BalancerAccess"]["SecurityGroupIngress"]

    assert (listener["Protocol"], listener["Port"], rule["FromPort"], rule["ToPort"]) == (
        "HTTPS",
        443,
        443,
        443,
    )
    assert listener["Certificates"] == [{"CertificateArn": {"Ref": "BalancerCertificateArn"}}]
    endpoint = origin["VpcOriginEndpointConfig"]
    assert (endpoint["OriginProtocolPolicy"], endpoint["OriginSSLProtocols"]) == ("https-only", ["TLSv1.2"])
    all_viewer = "216adef6-5c7f-47e4-b989-5493eafa07d3"
    for pattern in ("/sse/*", GAME_PATH):
        assert behaviours()[pattern]["OriginRequestPolicyId"] == all_viewer


# ── access logs ──────────────────────────────────────────────────────────────────────────────────────────


def test_access_logs_are_private_and_encrypted_and_go_after_a_month() -> None:
    bucket = resources("S3::Bucket")["AccessLogs"]
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 30)


def test_balancer_and_cloudfront_write_into_their_own_parts_of_that_bucket() -> None:
    policy = resources("S3::BucketPolicy")["AccessLogsPolicy"]["PolicyDocument"]["Statement"]
    may = {
        statement["Principal"]["Service"]: statement["Resource"]["Fn::Sub"]
        for statement in policy
        if statement["Effect"] == "Allow"
    }
    attributes = {
        attribute["Key"]: attribute["Value"]
        for attribute in resources("ElasticLoadBalancingV2::LoadBalancer")["Balancer"][
            "LoadBalancerAttributes"
        ]
    }

    prefix = attributes["access_logs.s3.prefix"]
    assert attributes["access_logs.s3.bucket"] == {"Ref": "AccessLogs"}
    assert may["logdelivery.elasticloadbalancing.amazonaws.com"].startswith(f"${{AccessLogs.Arn}}/{prefix}/")
    destination = CLOUDFRONT_LOGS["Resources"]["Destination"]["Properties"]["DestinationResourceArn"][
        "Fn::Sub"
    ]
    assert destination == "${AccessLogsBucketArn}/cloudfront"
    assert may["delivery.logs.amazonaws.com"] == "${AccessLogs.Arn}/cloudfront/*"


def test_cloudfronts_log_has_no_query_no_cookie_and_no_referrer() -> None:
    fields = CLOUDFRONT_LOGS["Resources"]["Delivery"]["Properties"]["RecordFields"]

    assert {"c-ip", "cs-uri-stem", "sc-status", "x-edge-request-id"} <= set(fields)
    assert not [name for name in fields if re.search("query|cookie|referer|forwarded", name.lower())]
    assert not WHOLE["Resources"]["Distribution"]["Properties"]["DistributionConfig"].get("Logging")


def test_every_endpoint_learns_the_viewers_address_from_the_domain() -> None:
    made = resources("Lambda::Function")
    for function in functions.all_functions():
        variables = made[function.logical_id]["Environment"]["Variables"]
        assert ("PROXY_KEY" in variables) != function.is_task
