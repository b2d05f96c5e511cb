"""What is deployed, as AWS tells: functions, the routes of the API's stage, state machines, triggers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.cloud.api import STAGE
from infra.deploy import engines
from infra.deploy.truth import FACTS, TRIGGERS, Facts, called_function, exported_routes, plain_definition

THREADS = 8


def facts(template: Mapping[str, Any], ids: Mapping[str, str], page: Mapping[str, str]) -> Facts:
    """What stands of the resources of a template. `ids` are the physical ids by logical ids."""
    kinds = {name: found["Type"] for name, found in template["Resources"].items()}
    functions = [name for name, kind in kinds.items() if kind == "AWS::Lambda::Function" and name in ids]
    machines = [
        name for name, kind in kinds.items() if kind == "AWS::StepFunctions::StateMachine" and name in ids
    ]
    names = {ids[name]: name for name in functions}
    client = boto3.client("lambda")
    with ThreadPoolExecutor(THREADS) as threads:
        configured = threads.map(partial(_function, client), [ids[name] for name in functions])
        found = {name: made for name, made in zip(functions, configured, strict=True) if made}
    return Facts(
        functions=found,
        routes={route: names.get(called, called) for route, called in _routes(ids.get("Api")).items()},
        machines={name: _named(_machine(ids[name]), names) for name in machines},
        triggers={
            name: state
            for name, kind in kinds.items()
            if kind.removeprefix("AWS::") in TRIGGERS and name in ids and (state := _trigger(kind, ids[name]))
        },
        page=page,
    )


def _function(client: Any, name: str) -> dict[str, Any] | None:
    try:
        found = client.get_function_configuration(FunctionName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    variables = found.get("Environment", {}).get("Variables", {})
    return {
        **{fact: found.get(fact) for fact in FACTS},
        "Code": found.get("CodeSha256"),
        **{f"variable {name}": value for name, value in variables.items()},
    }


def _trigger(kind: str, id_: str) -> str | None:
    """Whether a schedule or an event source mapping is "on" or "off"; None if it is gone."""
    try:
        if kind == "AWS::Events::Rule":
            state = boto3.client("events").describe_rule(Name=id_)["State"]
        else:
            state = boto3.client("lambda").get_event_source_mapping(UUID=id_)["State"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    # A new or changed mapping is "Creating", "Enabling" or "Updating" for some seconds.
    return "off" if state.upper() in {"DISABLED", "DISABLING"} else "on"


def _routes(api: str | None) -> dict[str, str]:
    """The routes of the deployed stage."""
    if api is None:
        return {}
    client = boto3.client("apigateway")
    try:
        exported = client.get_export(
            restApiId=api, stageName=STAGE, exportType="oas30", parameters={"extensions": "apigateway"}
        )
    except ClientError as error:
        if engines.is_unfinished(client, error):
            return _defined_routes(client, api)
        raise
    return exported_routes(json.loads(exported["body"].read()))


def _defined_routes(client: Any, api: str) -> dict[str, str]:
    """The routes of the API itself. LocalStack 4.14 can't export a stage that has an "any" method."""
    pages = client.get_paginator("get_resources").paginate(restApiId=api, embed=["methods"])
    return {
        f"{method} {found['path']}": called_function(facts["methodIntegration"]["uri"])
        for page in pages
        for found in page["items"]
        for method, facts in found.get("resourceMethods", {}).items()
        if "methodIntegration" in facts
    }


def _machine(arn: str) -> Any:
    definition = boto3.client("stepfunctions").describe_state_machine(stateMachineArn=arn)["definition"]
    return plain_definition(json.loads(definition))


def _named(definition: Any, names: Mapping[str, str]) -> Any:
    """A definition with the functions' logical ids instead of their names."""
    text = json.dumps(definition)
    for physical, logical in names.items():
        text = text.replace(f'"function {physical}"', f'"function {logical}"')
    return json.loads(text)
