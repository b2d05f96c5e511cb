from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest

from infra.deploy.truth import UNKNOWN, Facts, differences, exported_routes, manifest, plain_definition

INTEGRATION = "x-amazon-apigateway-integration"
URI = "arn:aws:apigateway:eu-west-3:lambda:path/2015-03-31/functions/{}/invocations"
TEMPLATE: dict[str, Any] = {
    "Resources": {
        "LogIn": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "functions.auth.log_in.log_in",
                "Timeout": 10,
                "MemorySize": 512,
                "Architectures": [{"Ref": "Architecture"}],
                "Environment": {
                    "Variables": {"TABLE_NAME": {"Ref": "TableName"}, "PROXY_KEY": {"Fn::Select": [2, []]}}
                },
            },
        },
        "Api": {
            "Type": "AWS::ApiGateway::RestApi",
            "Properties": {
                "Body": {
                    "paths": {
                        "/login": {
                            "post": {INTEGRATION: {"uri": {"Fn::Sub": URI.format("${LogIn.Arn}")}}},
                            "x-amazon-apigateway-any-method": {
                                INTEGRATION: {"uri": {"Fn::Sub": URI.format("${LogIn.Arn}")}}
                            },
                        }
                    }
                }
            },
        },
        "Clock": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "DefinitionString": json.dumps({"States": {"A": {"Resource": "${LogInArn}"}}}),
                "DefinitionSubstitutions": {"LogInArn": {"Fn::GetAtt": ["LogIn", "Arn"]}},
            },
        },
    }
}
TEMPLATE["Resources"]["Sweep"] = {"Type": "AWS::Events::Rule", "Properties": {}}
TEMPLATE["Resources"]["Timers"] = {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {}}
PAGE = {"index.html": "1", "web/main.js": "2"}
SAID = manifest(TEMPLATE, {"TableName": "pong", "Architecture": "arm64"}, "abc", PAGE)
FOUND = Facts(
    functions={
        "LogIn": {
            **SAID.functions["LogIn"],
            "variable PROXY_KEY": "something",
            "variable OF_AWS": "more than the template says",
        }
    },
    routes=SAID.routes,
    machines=SAID.machines,
    triggers={"Sweep": "on", "Timers": "on"},
    page=PAGE,
)


def test_a_deployment_as_described_has_no_differences() -> None:
    assert differences(SAID, FOUND) == []
    assert SAID.functions["LogIn"]["variable PROXY_KEY"] is UNKNOWN


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("Code", "other"),
        ("Runtime", "python3.11"),
        ("Architectures", ["x86_64"]),
        ("MemorySize", 128),
        ("Timeout", 3),
        ("variable TABLE_NAME", "elsewhere"),
    ],
)
def test_a_function_that_differs_is_named_with_both_values(fact: str, value: Any) -> None:
    function = {**FOUND.functions["LogIn"], fact: value}

    (line,) = differences(SAID, replace(FOUND, functions={"LogIn": function}))

    assert line == f"LogIn: has {fact} {value} instead of {SAID.functions['LogIn'][fact]}"


def test_a_missing_function_is_named() -> None:
    assert differences(SAID, replace(FOUND, functions={})) == ["LogIn: is missing"]


def test_routes_that_are_missing_too_many_or_lead_elsewhere_are_named() -> None:
    routes = {"POST /login": "LogOut", "GET /old": "LogIn"}

    assert differences(SAID, replace(FOUND, routes=routes)) == [
        "route ANY /login is missing",
        "route GET /old is there, and shouldn't be",
        "route POST /login differs: LogOut instead of LogIn",
    ]


def test_a_state_machine_that_differs_is_named() -> None:
    machines = copy.deepcopy(dict(SAID.machines))
    machines["Clock"]["States"]["A"]["Resource"] = "function Other"

    assert differences(SAID, replace(FOUND, machines=machines)) == ["state machine Clock differs"]


def test_schedules_and_triggers_that_are_switched_off_or_gone_are_named() -> None:
    assert differences(SAID, replace(FOUND, triggers={"Timers": "off"})) == [
        "trigger Sweep is missing",
        "trigger Timers differs: off instead of on",
    ]


def test_many_differences_of_a_kind_are_cut_short() -> None:
    said = Facts(routes={f"GET /{n}": "A" for n in range(20)})

    assert differences(said, Facts())[-1] == "and 8 more of routes"


def test_what_is_exported_and_described_by_aws_reads_as_the_template_does() -> None:
    arn = "arn:aws:lambda:eu-west-3:123456789012:function:pong-LogIn-1"
    exported = {"paths": {"/login": {"post": {INTEGRATION: {"uri": URI.format(arn)}}, "parameters": []}}}

    assert exported_routes(exported) == {"POST /login": "pong-LogIn-1"}
    assert plain_definition({"States": [arn, "text"]}) == {"States": ["function pong-LogIn-1", "text"]}


def test_a_file_of_the_page_that_is_missing_or_differs_is_named() -> None:
    assert differences(SAID, replace(FOUND, page={"index.html": "3"})) == [
        "page web/main.js is missing",
        "page index.html differs",
    ]
