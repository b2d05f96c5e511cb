"""Requests become API Gateway's events, proxy responses become answers."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from infra.local.edge import gateway
from infra.local.edge.request import Request

REQUEST = Request(
    id="r-1",
    method="GET",
    raw_path="/api/users/12/",
    query="",
    headers=[("host", "localhost:4443"), ("user-agent", "test")],
    client="127.0.0.1",
    http_version="2",
    received_at=1_700_000_000.25,
)


def test_an_event_says_what_was_asked_and_by_whom() -> None:
    event = gateway.proxy_event(REQUEST, "/users/12/", b"", "/users/{user_id}/", {"user_id": "12"})

    assert event["resource"] == "/users/{user_id}/"
    assert event["path"] == "/users/12/"
    assert event["httpMethod"] == "GET"
    assert event["pathParameters"] == {"user_id": "12"}
    context = event["requestContext"]
    assert context["requestId"] == "r-1"
    assert context["path"] == "/api/users/12/"
    assert context["stage"] == "api"
    assert context["requestTimeEpoch"] == 1_700_000_000_250
    assert context["identity"] == {"sourceIp": "127.0.0.1", "userAgent": "test"}


def test_what_is_absent_is_null_as_api_gateway_has_it() -> None:
    event = gateway.proxy_event(REQUEST, "/users/me/", b"", "/users/me/", {})

    assert event["pathParameters"] is None
    assert event["queryStringParameters"] is None
    assert event["multiValueQueryStringParameters"] is None
    assert event["body"] is None
    assert event["isBase64Encoded"] is False


def test_of_a_repeated_parameter_the_last_counts_and_all_are_listed() -> None:
    request = replace(REQUEST, query="q=a%20b&tag=1&tag=2&empty=")

    event = gateway.proxy_event(request, "/users/", b"", "/users/", {})

    assert event["queryStringParameters"] == {"q": "a b", "tag": "2", "empty": ""}
    assert event["multiValueQueryStringParameters"] == {"q": ["a b"], "tag": ["1", "2"], "empty": [""]}


def test_of_a_repeated_header_the_last_counts_and_all_are_listed() -> None:
    request = replace(REQUEST, headers=[("accept", "a"), ("accept", "b")])

    event = gateway.proxy_event(request, "/users/", b"", "/users/", {})

    assert event["headers"] == {"accept": "b"}
    assert event["multiValueHeaders"] == {"accept": ["a", "b"]}


def test_a_text_body_stays_text() -> None:
    event = gateway.proxy_event(REQUEST, "/users/", '{"name": "Zoë"}'.encode(), "/users/", {})

    assert event["body"] == '{"name": "Zoë"}'
    assert event["isBase64Encoded"] is False


def test_a_body_that_is_not_utf8_becomes_base64() -> None:
    event = gateway.proxy_event(REQUEST, "/users/", b"\xff\x00", "/users/", {})

    assert base64.b64decode(event["body"]) == b"\xff\x00"
    assert event["isBase64Encoded"] is True


def test_an_answer_has_the_status_headers_and_body_of_the_response() -> None:
    answer = gateway.answer_of({"statusCode": 201, "headers": {"Content-Type": "text/plain"}, "body": "é"})

    assert answer == gateway.Answer(201, [("content-type", "text/plain")], "é".encode())


def test_multi_value_headers_win_over_single_ones() -> None:
    response = {
        "statusCode": 200,
        "headers": {"Set-Cookie": "lost", "X-A": "kept"},
        "multiValueHeaders": {"set-cookie": ["a", "b"]},
        "body": None,
    }

    answer = gateway.answer_of(response)

    assert answer.headers == [("x-a", "kept"), ("set-cookie", "a"), ("set-cookie", "b")]


def test_a_base64_response_is_decoded() -> None:
    assert gateway.answer_of({"statusCode": 200, "body": "/wA=", "isBase64Encoded": True}).body == b"\xff\x00"


@pytest.mark.parametrize(
    "response",
    [
        None,
        ["no"],
        {"body": "no status"},
        {"statusCode": "200", "body": ""},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "body": "not base64!", "isBase64Encoded": True},
    ],
)
def test_what_is_no_proxy_response_is_refused(response: object) -> None:
    with pytest.raises(gateway.BadGateway):
        gateway.answer_of(response)
