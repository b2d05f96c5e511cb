"""The REST API in front of the endpoints: generated from the route registry.

Every route is there exactly once; everything else goes to `answer_unrouted`. Error answers that API Gateway gives by
itself have the shape of docs/contract/conventions.md#errors.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from infra.cloud.functions import Function, invoke_uri
from infra.cloud.values import Resource, allow, attribute, camel, log_group, ref, resource, role, sub
from shared.http.registry import PREFIX, ROUTES, Auth, Route

API = "Api"
STAGE = PREFIX.removeprefix("/")
"""The stage is what the API's paths start with for clients."""

REST = "{proxy+}"
METHODS = ("delete", "get", "head", "options", "patch", "post", "put")
UNROUTED = "AnswerUnrouted"

LOG_DAYS = 30

INTEGRATION_SECONDS = 15

ACCESS_LOG = {
    "request": "$context.requestId",
    "at": "$context.requestTimeEpoch",
    "client": "$context.identity.sourceIp",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "status": "$context.status",
    "ms": "$context.responseLatency",
    "function_ms": "$context.integrationLatency",
    "bytes": "$context.responseLength",
    "error": "$context.error.responseType",
    "trace": "$context.xrayTraceId",
}
"""What the access log says of a request. Never the query: it may hold a token."""

GATEWAY_ERRORS: Mapping[str, tuple[int, str, str]] = {
    "MISSING_AUTHENTICATION_TOKEN": (404, "No such path.", "not_found"),
    # Who may not call the private API learns as much of it as of a path that doesn't exist.
    "ACCESS_DENIED": (404, "No such path.", "not_found"),
    "REQUEST_TOO_LARGE": (413, "The body is too large: 64 KiB at most.", "payload_too_large"),
    "THROTTLED": (429, "Request was throttled.", "throttled"),
    "INTEGRATION_FAILURE": (502, "The function failed.", "bad_gateway"),
    "INTEGRATION_TIMEOUT": (504, "The function did not answer in time.", "timeout"),
    "DEFAULT_4XX": (400, "Bad request.", "bad_request"),
    "DEFAULT_5XX": (500, "Internal server error.", "internal_error"),
}
"""API Gateway's own errors: status, detail and code; the names are its response types."""


def resources(functions: Sequence[Function]) -> dict[str, Resource]:
    """The API, its deployment and stage, its log, and the role by which it calls the functions."""
    endpoints = [function for function in functions if not function.is_task]
    definition = document(endpoints)
    made: dict[str, Resource] = {
        "ApiRole": role(
            "apigateway.amazonaws.com",
            [allow(["lambda:InvokeFunction"], [attribute(f.logical_id, "Arn") for f in endpoints])],
        ),
        "ApiLogs": log_group(LOG_DAYS),
        API: resource(
            "ApiGateway::RestApi",
            {
                "Name": ref("AWS::StackName"),
                "EndpointConfiguration": {"Types": ["REGIONAL"]},
                "Policy": _policy(),
                "Body": definition,
            },
        ),
    }
    # In the definition AWS takes the error answers from, and keeps them over updates; emulators read these instead.
    made[API]["Metadata"] = {"cfn-lint": {"config": {"ignore_checks": ["W3660"]}}}
    errors = {"GatewayError" + camel(kind.lower()): _gateway_error(kind) for kind in GATEWAY_ERRORS}
    made |= errors
    # A deployment is a snapshot: another definition needs another one, so its name tells which it is of.
    fingerprint = hashlib.sha256(json.dumps(definition).encode()).hexdigest()[:12]
    deployment = f"ApiDeployment{fingerprint}"
    made[deployment] = resource("ApiGateway::Deployment", {"RestApiId": ref(API)}, depends_on=list(errors))
    made["ApiStage"] = _stage(deployment)
    made |= _account()
    return made


def document(endpoints: Sequence[Function]) -> Resource:
    """The API's definition: an OpenAPI document that says which function answers, and no more.

    Paths are without their closing slash: API Gateway takes both for the same.
    """
    by_module = {function.module: function for function in endpoints}
    fallback = next(function for function in endpoints if function.logical_id == UNROUTED)
    paths: dict[str, Resource] = {}
    for route in ROUTES:
        item = paths.setdefault(gateway_path(route), _otherwise(gateway_path(route), fallback))
        for method in route.methods:
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


def _otherwise(path: str, fallback: Function) -> Resource:
    """What sends the methods that a path doesn't have to the fallback.

    Emulators know no "any method" in a definition: there such a request falls through to what catches all the rest.
    A path of one part may have nothing like that beside it (see `catch_alls`), so its methods are named one by one.
    """
    names = METHODS if path.count("/") == 1 else ()
    operation = _operation(fallback)
    return {"x-amazon-apigateway-any-method": operation, **dict.fromkeys(names, operation)}


def catch_alls() -> dict[str, tuple[str, ...]]:
    """The paths by which everything else gets to the fallback, with the names of their variable parts.

    API Gateway has one variable part at any one place. Where a route begins with one, what catches everything else
    there has to have its name.
    """
    first = next((part for route in ROUTES if (part := route.path.split("/")[1]).startswith("{")), None)
    if first is None:
        return {"/": (), f"/{REST}": ("proxy",)}
    name = first.strip("{}")
    return {"/": (), f"/{first}": (name,), f"/{first}/{REST}": (name, "proxy")}


def gateway_path(route: Route) -> str:
    """A route's path as API Gateway has it."""
    return route.path.removesuffix("/")


def _operation(function: Function, params: Sequence[str] = ()) -> Resource:
    operation: Resource = {
        "responses": {},
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": invoke_uri(function),
            "credentials": attribute("ApiRole", "Arn"),
            "timeoutInMillis": INTEGRATION_SECONDS * 1000,
        },
    }
    if params:
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in params
        ]
    return operation


def private_paths() -> list[str]:
    """What the paths of the private API start with, as resource policies name them."""
    first = {route.path.split("/")[1] for route in ROUTES if route.auth is Auth.SERVICE}
    return sorted(first)


def _policy() -> Resource:
    """Anyone may call the API; its private part only from the addresses of the game servers."""
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke"}
    others = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": [f"execute-api:/*/*/{path}/*" for path in private_paths()],
        "Condition": {"NotIpAddress": {"aws:SourceIp": ref("ServiceAddresses")}},
    }
    return {"Version": "2012-10-17", "Statement": [{**everybody, "Resource": "execute-api:/*"}, others]}


def _gateway_error(kind: str) -> Resource:
    return resource(
        "ApiGateway::GatewayResponse", {"RestApiId": ref(API), "ResponseType": kind, **_answer_of(kind)}
    )


def _answer_of(kind: str) -> dict[str, Any]:
    """Status, headers and body of one of API Gateway's own errors."""
    status, detail, code = GATEWAY_ERRORS[kind]
    headers = {"gatewayresponse.header.Cache-Control": "'no-store'"}
    headers["gatewayresponse.header.X-Request-Id"] = "context.requestId"
    if status == 429:
        headers["gatewayresponse.header.Retry-After"] = "'1'"
    made: dict[str, Any] = {
        "ResponseParameters": headers,
        "ResponseTemplates": {"application/json": json.dumps({"detail": detail, "code": code})},
    }
    if not kind.startswith("DEFAULT"):  # those keep the status of whatever went wrong
        made["StatusCode"] = str(status)
    return made


def _stage(deployment: str) -> Resource:
    throttle = {
        "HttpMethod": "*",
        "ResourcePath": "/*",
        "ThrottlingRateLimit": ref("RequestsPerSecond"),
        "ThrottlingBurstLimit": ref("RequestsAtOnce"),
        "MetricsEnabled": True,
    }
    return resource(
        "ApiGateway::Stage",
        {
            "RestApiId": ref(API),
            "DeploymentId": ref(deployment),
            "StageName": STAGE,
            "TracingEnabled": True,
            "MethodSettings": [throttle],
            "AccessLogSetting": {
                "DestinationArn": attribute("ApiLogs", "Arn"),
                "Format": json.dumps(ACCESS_LOG),
            },
        },
        depends_on=["ApiAccount"],
    )


def _account() -> dict[str, Resource]:
    """API Gateway writes logs only if the account and region has a role for it; it stays when the stack goes."""
    managed = ["service-role/AmazonAPIGatewayPushToCloudWatchLogs"]
    keeper = role("apigateway.amazonaws.com", [], managed=managed)
    keeper |= {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    return {
        "ApiAccountRole": keeper,
        "ApiAccount": resource(
            "ApiGateway::Account", {"CloudWatchRoleArn": attribute("ApiAccountRole", "Arn")}, retain=True
        ),
    }


PARAMETERS = {
    "RequestsPerSecond": {"Type": "Number", "Default": 2000, "Description": "More than that get 429"},
    "RequestsAtOnce": {"Type": "Number", "Default": 1000, "Description": "How high a burst may be"},
    "ServiceAddresses": {
        "Type": "CommaDelimitedList",
        # TEST-NET-1 (RFC 5737) is nobody's: nobody may call the private API until somebody is named.
        "Default": "192.0.2.0/24",
        "Description": "Address ranges of game servers and other services that may call the private API",
    },
}


def outputs() -> dict[str, Any]:
    """Where the API is, without its domain."""
    url = sub(f"https://${{{API}}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{STAGE}")
    return {"ApiId": {"Value": ref(API)}, "ApiUrl": {"Value": url}}
