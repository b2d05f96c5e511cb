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

API_PREFIX = "/api"
"""What the API's paths start with for clients; on AWS it is the stage, which is not part of `path` either."""

MAX_URI_BYTES = 8 * 1024
"""docs/contract/conventions.md#size-of-the-address; API Gateway's limit of line and headers is near (10 KiB)."""

MAX_BODY_BYTES = 64 * 1024

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    """What the edge knows about a request once its body has been read."""

    request_id: str
    method: str
    path: str
    """Without the /api prefix, percent-encoding as the client sent it."""
    query: str
    headers: Headers
    """In the order of arrival; names as the client wrote them."""
    client: str
    """The address that the connection comes from."""
    protocol: str
    """HTTP/1.1 or HTTP/2.0."""
    received_at: float
    """Seconds since the epoch."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the client."""

    status: int
    headers: Headers
    body: bytes


class BadGateway(Exception):
    """A handler's return value is not a proxy response; API Gateway answers such a thing with 502."""


def proxy_event(request: Request, resource: str, path_parameters: Mapping[str, str]) -> dict[str, Any]:
    """The Lambda proxy event (payload format 1.0) of a request to the route `resource`.

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
    body, encoded = _text(request.body)
    return {
        "resource": resource,
        "path": request.path,
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
            "requestId": request.request_id,
            "extendedRequestId": request.request_id,
            "resourceId": "local",
            "resourcePath": resource,
            "path": API_PREFIX + request.path,
            "httpMethod": request.method,
            "protocol": request.protocol,
            "stage": API_PREFIX.removeprefix("/"),
            "requestTimeEpoch": int(request.received_at * 1000),
            "identity": {"sourceIp": request.client, "userAgent": headers.get("user-agent")},
        },
        "body": body,
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


def loggable_query(query: str) -> str:
    """A query string as it may stand in a log: names only, for a value may be a token or a name."""
    if not query:
        return ""
    return "?" + "&".join(pair.partition("=")[0] + "=…" for pair in query.split("&"))
