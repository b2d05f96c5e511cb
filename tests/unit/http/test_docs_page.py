"""The documentation page works offline, and its policy allows what it needs and nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from types import SimpleNamespace
from typing import Any

import pytest

from functions.meta.get_docs import get_docs
from functions.meta.get_openapi import get_openapi
from shared.settings import settings


@pytest.fixture
def answer() -> dict[str, Any]:
    return get_docs({"headers": {}, "path": "/docs/"}, SimpleNamespace(aws_request_id="r"))


def test_the_page_is_html(answer: dict[str, Any]) -> None:
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert answer["headers"]["Cache-Control"] == "no-store"


def test_the_page_loads_nothing_from_elsewhere(answer: dict[str, Any]) -> None:
    # Addresses stand in links of data: pictures only (an SVG's namespace).
    assert set(re.findall(r"https?://[\w.]+", answer["body"])) <= {"http://www.w3.org"}
    assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)=[\"'](?!data:)", answer["body"])
    assert set(re.findall(r"fetch\(\"([^\"]*)\"", answer["body"])) == {
        "/api/openapi.json",
        "/api/auth/guest/",
    }


@pytest.mark.parametrize("tag", ["script", "style"])
def test_the_policy_names_the_pages_own_script_and_style_by_hash(answer: dict[str, Any], tag: str) -> None:
    inline = re.findall(f"<{tag}>(.*?)</{tag}>", answer["body"], re.DOTALL)
    assert len(inline) == 1
    digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
    policy = dict(part.split(" ", 1) for part in answer["headers"]["Content-Security-Policy"].split("; "))
    assert policy[f"{tag}-src"] == f"'sha256-{digest}'"
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"] == "'self'"


def test_the_page_has_no_inline_handlers_or_styles_that_the_policy_would_block(
    answer: dict[str, Any],
) -> None:
    html = re.sub(r"<(script|style)>.*?</\1>", "", answer["body"], flags=re.DOTALL)
    assert not re.search(r"\s(on\w+|style)=", html)
    script = re.search(r"<script>(.*?)</script>", answer["body"], re.DOTALL)
    assert script
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|style:", script[1])


def test_the_document_names_the_address_that_this_process_serves() -> None:
    body = get_openapi({"headers": {}, "path": "/openapi.json"}, SimpleNamespace(aws_request_id="r"))["body"]
    assert f'"servers":[{{"url":"{settings().public_url}"}}]' in body
