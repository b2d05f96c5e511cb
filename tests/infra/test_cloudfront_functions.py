"""CloudFront's functions, run by Node.js: their code is plain JavaScript."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from game.server import TICKET_HEADER
from infra.cloud import template
from infra.deploy import page
from infra.local.edge.reply import HSTS_SECONDS
from shared.domain.errors import NoSuchPath
from shared.http.answers import body_of
from shared.settings import Settings

NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(
    NODE is None, reason="Node.js isn't installed (on Debian: apt-get install nodejs)"
)

OF_EVERY_ANSWER = {
    "cache-control": {"value": "no-store"},
    "strict-transport-security": {"value": f"max-age={HSTS_SECONDS}"},
    "x-content-type-options": {"value": "nosniff"},
}
"""The policy of headers doesn't reach what a function answers by itself."""

PUBLIC_URL = "https://pong.example.com"
CORS_ORIGINS = "https://other.example.com,localhost"

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"


def run(name: str, **request: Any) -> dict[str, Any]:
    """What a function makes of a viewer's request."""
    code = template.whole()["Resources"][name]["Properties"]["FunctionCode"]
    if isinstance(code, dict):
        code = code["Fn::Sub"].replace("${PublicUrl}", PUBLIC_URL).replace("${CorsOrigins}", CORS_ORIGINS)
    whole = {"method": "GET", "uri": "/", "querystring": {}, "headers": {}, **request}
    event = {"viewer": {"ip": "203.0.113.7"}, "request": whole}
    program = f"{code}\nconsole.log(JSON.stringify(handler({json.dumps(event)})))"
    ran = subprocess.run([str(NODE), "-e", program], capture_output=True, text=True, check=True)
    made: dict[str, Any] = json.loads(ran.stdout)
    return made


def test_a_token_in_the_query_of_a_stream_goes_on_as_a_header() -> None:
    asked = {"token": {"value": TOKEN}, "last_event_id": {"value": "7-0"}}
    made = run("TokenToHeader", uri="/sse/users/", querystring=asked)

    assert made["headers"] == {"authorization": {"value": f"Bearer {TOKEN}"}}
    assert made["querystring"] == {"last_event_id": {"value": "7-0"}}


def test_a_header_wins_over_a_token_in_the_query_which_goes_no_further() -> None:
    sent = {"authorization": {"value": "Bearer mine"}}
    made = run("TokenToHeader", querystring={"token": {"value": TOKEN}}, headers=sent)

    assert made["headers"] == sent
    assert made["querystring"] == {}


@pytest.mark.parametrize("query", [{}, {"token": {"value": ""}}])
def test_without_a_token_no_header_is_made_up(query: dict[str, Any]) -> None:
    made = run("TokenToHeader", querystring=query)

    assert (made["headers"], made["querystring"]) == ({}, {})


def test_the_api_is_told_the_viewers_address_whatever_the_viewer_claims() -> None:
    made = run("Address", headers={"x-client-address": {"value": "198.51.100.1"}})

    assert made["headers"]["x-client-address"] == {"value": "203.0.113.7"}


@pytest.mark.parametrize(
    ("name", "uri"), [("Refuse", "/api/private/match/1/2/"), ("Index", "/nowhere"), ("Index", "/index.html")]
)
def test_what_the_domain_does_not_lead_to_is_404_in_the_contracts_shape(name: str, uri: str) -> None:
    made = run(name, uri=uri)

    assert made["statusCode"] == 404
    assert json.loads(made["body"]) == body_of(NoSuchPath())
    assert made["headers"].pop("content-type") == {"value": "application/json"}
    assert made["headers"] == OF_EVERY_ANSWER


def test_the_bare_domain_is_the_page() -> None:
    made = run("Index", uri="/")

    assert made["uri"] == f"/{page.INDEX}"


def test_a_match_ticket_goes_on_as_the_header_that_the_game_server_reads() -> None:
    made = run("Play", uri="/ws/game/6495/", querystring={"ticket": {"value": "1.2.c2ln"}})

    assert made["headers"] == {TICKET_HEADER: {"value": "1.2.c2ln"}}
    assert made["querystring"] == {}


@pytest.mark.parametrize(
    "origin",
    [
        PUBLIC_URL,
        "https://other.example.com",
        "http://localhost:5173",
        "https://evil.example.com",
        "https://pong.example.com.evil.example.com",
        "https://localhost.evil.example.com",
        "null",
    ],
)
def test_pages_of_the_origins_that_the_edge_lets_play_may_play(origin: str) -> None:
    settings = Settings(public_url=PUBLIC_URL, cors_origins=CORS_ORIGINS)
    may = origin == PUBLIC_URL or settings.allows_origin(origin)
    made = run("Play", uri="/ws/game/6495/", headers={"origin": {"value": origin}})

    assert made.get("statusCode") == (None if may else 403)
    if not may:
        assert json.loads(made["body"])["code"] == "origin_not_allowed"
        assert made["headers"].pop("content-type") == {"value": "application/json"}
        assert made["headers"] == OF_EVERY_ANSWER
