"""The REST API in front of the endpoints: generated from the route registry.

Every route is there exactly once; all other requests go to `answer_unrouted`. API Gateway's own error answers have the
shape of docs/contract/conventions.md#errors.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from infra.cloud.chalice_config import config
from infra.cloud.cloudformation import Part, allow, attribute, camel, load, ref, resource, role, sub
from infra.cloud.functions import Function, invoke_uri
from shared.domain.errors import DomainError, InternalError, NoSuchPath, Throttled, TooLarge
from shared.domain.limits import By
from shared.http.answers import NO_SNIFFING, RETRY_AFTER_SECONDS, status_of
from shared.http.registry import ROUTES, Route

API = "Api"
STAGE: str = config().api_gateway_stage
"""The stage is what the API's paths start with for clients."""

REST = "{proxy+}"
METHODS = ("delete", "get", "head", "options", "patch", "post", "put")
UNROUTED = "AnswerUnrouted"

INTEGRATION_SECONDS = 15


def _like(error: DomainError) -> tuple[int, str, str]:
    return status_of(error), error.detail, error.code


GATEWAY_ERRORS: Mapping[str, tuple[int, str, str]] = {
    "MISSING_AUTHENTICATION_TOKEN": _like(NoSuchPath()),
    # To addresses that may not call the private API, it looks like a path that doesn't exist.
    "ACCESS_DENIED": _like(NoSuchPath()),
    "REQUEST_TOO_LARGE": _like(TooLarge()),
    "THROTTLED": _like(Throttled()),
    "INTEGRATION_FAILURE": (502, "The function failed.", "bad_gateway"),
    "INTEGRATION_TIMEOUT": (504, "The function did not answer in time.", "timeout"),
    "DEFAULT_4XX": (400, "Bad request.", "bad_request"),
    "DEFAULT_5XX": _like(InternalError()),
}
"""API Gateway's own errors: status, detail and code; the names are its response types."""


def fragment(functions: Sequence[Function]) -> Part:
    """The API, its deployment and stage, its log, and the roles by which it calls the functions."""
    made = load("api")
    resources = made["Resources"]
    endpoints = [function for function in functions if not function.is_task]
    definition = document(endpoints)
    resources["Api"]["Properties"]["Body"] = definition
    resources |= dict(_roles(endpoints))
    errors = {"GatewayError" + camel(kind.lower()): _gateway_error(kind) for kind in GATEWAY_ERRORS}
    # A deployment is a snapshot: a changed definition needs a new one, so the name holds the definition's digest.
    digest = hashlib.sha256(json.dumps(definition).encode()).hexdigest()[:12]
    deployment = f"ApiDeployment{digest}"
    resources[deployment] = resource(
        "ApiGateway::Deployment", {"RestApiId": ref(API)}, depends_on=list(errors)
    )
    resources["ApiStage"]["Properties"] |= {"DeploymentId": ref(deployment), "StageName": STAGE}
    resources["ApiStage"]["Properties"]["MethodSettings"] += throttles()
    resources |= errors
    made["Outputs"]["ApiUrl"] = {
        "Value": sub(f"https://${{{API}}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{STAGE}")
    }
    return made


def _roles(endpoints: Sequence[Function]) -> Iterator[tuple[str, Part]]:
    """The roles by which API Gateway calls the functions, by their logical ids."""
    members: dict[str, list[Function]] = {}
    for function in endpoints:
        members.setdefault(role_of(function), []).append(function)
    for name, called in members.items():
        arns = [attribute(function.logical_id, "Arn") for function in called]
        yield name, role("apigateway.amazonaws.com", [allow(["lambda:InvokeFunction"], arns)])


def role_of(function: Function) -> str:
    """The logical id of the role by which API Gateway calls a function.

    There is one for each area: a role's inline policies may have 10,240 characters, and a function takes up to 126.
    """
    return f"Api{camel(function.module.split('.')[1])}Role"


def throttles() -> list[Part]:
    """Lower throttles for the methods that cost most, or that anyone can fill the table with."""
    return [
        {
            "HttpMethod": method,
            "ResourcePath": "/" + gateway_path(route).replace("/", "~1"),
            "ThrottlingRateLimit": ref("PasswordsPerSecond"),
            "ThrottlingBurstLimit": ref("PasswordsAtOnce"),
            "MetricsEnabled": False,
        }
        for route in ROUTES
        if route.cpu_heavy or any(limit.by is By.ADDRESS for limit in route.limits)
        for method in route.methods
    ]


def document(endpoints: Sequence[Function]) -> Part:
    """The API's definition: an OpenAPI document that says which function answers a path and method, and no more.

    Paths are without their closing slash: API Gateway takes both for the same.
    """
    by_module = {function.module: function for function in endpoints}
    fallback = next(function for function in endpoints if function.logical_id == UNROUTED)
    paths: dict[str, Part] = {}
    for route in ROUTES:
        item = paths.setdefault(gateway_path(route), _otherwise(gateway_path(route), fallback))
        for method in route.served:
            item[method.lower()] = _operation(by_module[route.module], route.params)
    for path, params in catch_alls().items():
        paths[path] = {method: _operation(fallback, params) for method in METHODS}
    return {
        "openapi": "3.0.1",
        "info": {"title": "Pong", "version": "1"},
        "paths": paths,
        "x-amazon-apigateway-gateway-responses": {
            kind: {name[0].lower() + name[1:]: value for name, value in _answer_of(kind).items()}
            for kind in GATEWAY_ERRORS
        },
    }


def _otherwise(path: str, fallback: Function) -> Part:
    """The operations that lead a path's other methods to the fallback.

    Emulators know no "any method" in a definition: there such a request falls through to a catch-all path. Beside a
    path of one part there may be no such path (see `catch_alls`), so its methods are named one by one.
    """
    names = METHODS if path.count("/") == 1 else ()
    operation = _operation(fallback)
    return {"x-amazon-apigateway-any-method": operation, **dict.fromkeys(names, operation)}


def catch_alls() -> dict[str, tuple[str, ...]]:
    """The paths that lead all other requests to the fallback, with the names of their variable parts.

    API Gateway allows one variable part at any one place. Where a route begins with one, the catch-all path there
    has to have its name.
    """
    first = next((part for route in ROUTES if (part := route.path.split("/")[1]).startswith("{")), None)
    if first is None:
        return {f"/{REST}": ("proxy",)}
    name = first.strip("{}")
    return {f"/{first}": (name,), f"/{first}/{REST}": (name, "proxy")}


def gateway_path(route: Route) -> str:
    """A route's path as API Gateway has it."""
    return route.path.removesuffix("/") or "/"


def _operation(function: Function, params: Sequence[str] = ()) -> Part:
    operation: Part = {
        "responses": {},
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": invoke_uri(function),
            "credentials": attribute(role_of(function), "Arn"),
            "timeoutInMillis": INTEGRATION_SECONDS * 1000,
        },
    }
    if params:
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in params
        ]
    return operation


def _gateway_error(kind: str) -> Part:
    return resource(
        "ApiGateway::GatewayResponse", {"RestApiId": ref(API), "ResponseType": kind, **_answer_of(kind)}
    )


def _answer_of(kind: str) -> dict[str, Any]:
    """Status, headers and body of one of API Gateway's own errors."""
    status, detail, code = GATEWAY_ERRORS[kind]
    texts = {"Cache-Control": "no-store", **NO_SNIFFING}
    headers = {f"gatewayresponse.header.{name}": f"'{text}'" for name, text in texts.items()}
    headers["gatewayresponse.header.X-Request-Id"] = "context.requestId"
    if status == 429:
        headers["gatewayresponse.header.Retry-After"] = f"'{RETRY_AFTER_SECONDS}'"
    made: dict[str, Any] = {
        "ResponseParameters": headers,
        "ResponseTemplates": {"application/json": json.dumps({"detail": detail, "code": code})},
    }
    if not kind.startswith("DEFAULT"):  # the defaults keep the status of the error
        made["StatusCode"] = str(status)
    return made
