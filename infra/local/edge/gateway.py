"""What API Gateway does, as pure functions: a request becomes a REST proxy event, an answer becomes HTTP.

The event is API Gateway's Lambda proxy input, payload format 1.0, as the deployed functions get it, so that
a handler can't tell the local edge from AWS.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from infra.local.edge.request import Headers, Request
from shared.http.registry import PREFIX


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the client."""

    status: int
    headers: Headers
    body: bytes


class BadGateway(Exception):
    """A handler's return value is not a proxy response; API Gateway answers such a thing with 502."""


def proxy_event(
    request: Request, path: str, body: bytes, resource: str, path_parameters: Mapping[str, str]
) -> dict[str, Any]:
    """The Lambda proxy event (payload format 1.0) of a request to the route `resource`. `path` is without /api.

    As API Gateway does: of a repeated header or parameter the last value is in the single-value map, absent
    maps are null, a body that is not UTF-8 is base64.
    """
    headers = dict(request.headers)
    multi_headers: dict[str, list[str]] = {}
    for name, value in request.headers:
        multi_headers.setdefault(name, []).append(value)
    query: dict[str, str] | None = None
    multi_query: dict[str, list[str]] | None = None
    if request.query:
        pairs = parse_qsl(request.query, keep_blank_values=True)
        if pairs:
            query = dict(pairs)
            multi_query = {}
            for name, value in pairs:
                multi_query.setdefault(name, []).append(value)
    text, encoded = _text(body)
    return {
        "resource": resource,
        "path": path,
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": multi_headers,
        "queryStringParameters": query,
        "multiValueQueryStringParameters": multi_query,
        "pathParameters": dict(path_parameters) or None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "requestId": request.id,
            "extendedRequestId": request.id,
            "resourceId": "local",
            "resourcePath": resource,
            "path": PREFIX + path,
            "httpMethod": request.method,
            "protocol": f"HTTP/{request.http_version}",
            "stage": PREFIX.removeprefix("/"),
            "requestTimeEpoch": int(request.received_at * 1000),
            "identity": {"sourceIp": request.client, "userAgent": headers.get("user-agent")},
        },
        "body": text,
        "isBase64Encoded": encoded,
    }


def _text(body: bytes) -> tuple[str | None, bool]:
    if not body:
        return None, False
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True


def answer_of(response: object) -> Answer:
    """The HTTP answer of a handler's return value.

    Raises BadGateway for everything that API Gateway would refuse: not an object, no integer status code,
    a body that is no string, broken base64.
    """
    if not isinstance(response, dict):
        raise BadGateway(f"a handler returned {type(response).__name__} instead of a proxy response")
    status, body = response.get("statusCode"), response.get("body") or ""
    if not isinstance(status, int) or not isinstance(body, str):
        raise BadGateway("a proxy response needs an integer statusCode and a body that is a string")
    single: Mapping[str, Any] = response.get("headers") or {}
    multi: Mapping[str, Sequence[Any]] = response.get("multiValueHeaders") or {}
    repeated = {name.lower() for name in multi}
    headers = [(name.lower(), str(value)) for name, value in single.items() if name.lower() not in repeated]
    headers += [(name.lower(), str(value)) for name, values in multi.items() for value in values]
    if not response.get("isBase64Encoded"):
        return Answer(status, headers, body.encode())
    try:
        return Answer(status, headers, base64.b64decode(body, validate=True))
    except binascii.Error as error:
        raise BadGateway("the body of a proxy response is not base64, though it says so") from error
