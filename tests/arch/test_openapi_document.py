"""The committed OpenAPI document is that of the routes as they are, is valid, and shows nothing that isn't so."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import app  # noqa: F401 (fills the registry)
from shared.domain.errors import MalformedIdempotencyKey
from shared.http.idempotency import HEADER, read_key
from shared.http.registry import PREFIX, ROUTES, Auth, Route
from shared.wire.catalogue import CATALOGUE, MATCH_FEED
from tools.openapi.__main__ import FILE, ROOT
from tools.openapi.operations import operation_id

DOCUMENT: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
SCHEMAS = DOCUMENT["components"]["schemas"]

OPERATIONS = [
    (f"{method} {path}", operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]
CALLS = [(route, method) for route in ROUTES for method in route.methods]
KNOWN = [
    (route, method)
    for route, method in CALLS
    if method.lower() in DOCUMENT["paths"].get(PREFIX + route.path, {})
]
STALE = "run `make openapi` and commit functions/meta/openapi.json"


def check(value: Any, schema: dict[str, Any]) -> None:
    """Fail unless a value fits a schema of the document."""
    whole = {**schema, "components": DOCUMENT["components"]}
    jsonschema.Draft202012Validator(whole).validate(value)


def media_types(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The contents of an operation's body and answers."""
    parts = [operation.get("requestBody", {}), *operation["responses"].values()]
    for part in parts:
        found = (
            DOCUMENT["components"]["responses"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        )
        yield from found.get("content", {}).values()


def test_the_committed_document_is_not_stale(tmp_path: Path) -> None:
    made = tmp_path / FILE.name
    subprocess.run([sys.executable, "-m", "tools.openapi", str(made)], cwd=ROOT, check=True)
    is_fresh = FILE.read_bytes() == made.read_bytes()
    assert is_fresh, STALE


def test_the_document_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


@pytest.mark.parametrize(("route", "method"), CALLS, ids=[operation_id(*call) for call in CALLS])
def test_every_route_is_in_the_document(route: Route, method: str) -> None:
    if (route, method) not in KNOWN:
        pytest.fail(f"{route.name} isn't in the OpenAPI document: {STALE}.", pytrace=False)
    operation = DOCUMENT["paths"][PREFIX + route.path][method.lower()]
    assert operation["operationId"] == operation_id(route, method)
    assert operation["summary"]
    assert str(route.status) in operation["responses"]


def test_no_operation_of_a_route_that_is_gone_is_left_beside_the_event_stream() -> None:
    served = {(PREFIX + route.path, method.lower()) for route, method in CALLS}
    shown = {(path, method) for path, item in DOCUMENT["paths"].items() for method in item}
    if shown - served != {("/sse/users/", "get"), ("/sse/matches/", "get")}:
        pytest.fail(f"The OpenAPI document has more than the routes: {STALE}.", pytrace=False)


def test_paths_end_with_a_slash_unless_they_name_a_file() -> None:
    files = [path for path in DOCUMENT["paths"] if not path.endswith("/")]
    assert files == ["/api/asyncapi.json", "/api/openapi.json"]


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for _, operation in OPERATIONS]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_every_example_fits_its_schema(name: str, operation: dict[str, Any]) -> None:
    checked = 0
    for media in media_types(operation):
        examples = [example["value"] for example in media.get("examples", {}).values()]
        for example in [*examples, *([media["example"]] if "example" in media else [])]:
            check(example, media["schema"])
            checked += 1
    assert checked


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_every_error_shows_each_code_that_it_can_have(name: str, operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            found = response
            if "$ref" in response:
                found = DOCUMENT["components"]["responses"][status]
            media = found["content"]["application/json"]
            assert found["x-codes"] == [code for code in media["examples"] if code != "fields"]
            assert all(f"`{code}`" in found["description"] for code in found["x-codes"])


@pytest.mark.parametrize(("route", "method"), KNOWN, ids=[operation_id(*call) for call in KNOWN])
def test_security_and_its_errors_are_those_of_the_route(route: Route, method: str) -> None:
    operation = DOCUMENT["paths"][PREFIX + route.path][method.lower()]
    scheme = {Auth.NOBODY: None, Auth.SERVICE: "serviceToken"}.get(route.auth, "userToken")
    assert operation["security"] == ([{scheme: []}] if scheme else [])
    if scheme:
        codes = operation["responses"]["401"]["content"]["application/json"]["examples"]
        assert {"not_authenticated", "authentication_failed", "token_not_valid"} <= set(codes)
        assert ("user_not_found" in codes) == (route.auth is not Auth.SERVICE)
    forbidden = operation["responses"].get("403", {}).get("content", {}).get("application/json", {})
    wanted = {Auth.REGISTERED: "guest_not_allowed", Auth.SERVICE: "service_token_required"}.get(route.auth)
    assert wanted is None or wanted in forbidden["examples"]


def test_the_documents_own_words_are_the_contracts() -> None:
    for name in ("MatchInstance", "SmallUserInstance", "UserInstance", "UserMeInstance", "StatsInstance",
                 "FriendInstance", "SmallProfilePictureInstance", "MatchInstancePage"):  # fmt: skip
        assert SCHEMAS[name]["title"] == name


def test_a_fields_docstring_describes_it() -> None:
    assert SCHEMAS["StatsInstance"]["properties"]["own_goals"]["description"] == "Only in clash."


def described(part: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """All properties and parameters within a part of the document, and what describes them."""
    if isinstance(part, list):
        for one in part:
            yield from described(one, where)
    elif isinstance(part, dict):
        named = list(part["properties"].items()) if isinstance(part.get("properties"), dict) else []
        named += [(one["name"], one) for one in part.get("parameters", [])]
        yield from ((f"{where}.{name}", one.get("description", "")) for name, one in named)
        for key, one in part.items():
            if key not in ("example", "examples"):
                yield from described(one, where if key == "properties" else f"{where}/{key}")


@pytest.mark.parametrize("part", ["components", "paths"])
def test_every_field_and_parameter_has_a_description(part: str) -> None:
    found = list(described(DOCUMENT[part]))
    assert found
    assert [name for name, text in found if not text] == [], "write a docstring below the field"


def test_a_field_that_only_some_modes_have_is_not_required_and_all_others_are() -> None:
    stats = SCHEMAS["StatsInstance"]
    assert set(stats["properties"]) - set(stats["required"]) == {"own_goals", "tournament_wins"}
    assert set(SCHEMAS["MatchInstance"]["properties"]) == set(SCHEMAS["MatchInstance"]["required"])


def test_every_event_of_the_catalogue_is_listed_with_what_it_needs() -> None:
    listed = {event["event_code"]: event for event in DOCUMENT["x-events"]}
    assert set(listed) == {*CATALOGUE, *MATCH_FEED}
    for code, kind in {**CATALOGUE, **MATCH_FEED}.items():
        assert (listed[code]["service"], listed[code]["message"]) == (kind.service, kind.message)
        assert (listed[code]["data"], listed[code]["kwargs"]) == (
            list(kind.needed_data),
            list(kind.needed_kwargs),
        )
        assert [each["when"] for each in listed[code]["occasions"]] == [each.when for each in kind.occasions]


EVENT = {"$ref": "#/components/schemas/Event"}


def test_an_event_is_one_of_the_catalogues_by_its_code() -> None:
    mapping = SCHEMAS["Event"]["discriminator"]["mapping"]
    assert mapping.keys() == CATALOGUE.keys()
    assert [{"$ref": reference} for reference in mapping.values()] == SCHEMAS["Event"]["oneOf"]
    (media,) = DOCUMENT["paths"]["/sse/users/"]["get"]["responses"]["200"]["content"].values()
    assert media["schema"] == EVENT


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_an_events_example_is_a_whole_event_of_its_kind(code: str) -> None:
    reference = SCHEMAS["Event"]["discriminator"]["mapping"][code]
    example = SCHEMAS[reference.rpartition("/")[2]]["example"]
    assert example["event_code"] == code
    check(example, EVENT)
    for part in ("data", "kwargs"):
        assert (example[part] is None) == (getattr(CATALOGUE[code], part) is None)


def test_an_event_that_is_not_as_its_kind_is_no_event() -> None:
    shown = SCHEMAS["LobbyJoinEvent"]["example"]
    for wrong in (
        {**shown, "type": "news"},
        {**shown, "event_code": "lobby-banned"},
        {**shown, "data": None},
        {**shown, "kwargs": {}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            check(wrong, EVENT)


def test_no_two_schemas_have_the_same_title_and_each_has_its_components_name() -> None:
    titles = {name: schema.get("title") for name, schema in SCHEMAS.items()}
    assert {name: title for name, title in titles.items() if name != title} == {}


def test_errors_share_their_schemas_and_always_have_a_code() -> None:
    errors = {
        json.dumps(media["schema"])
        for _, operation in OPERATIONS
        for status, response in operation["responses"].items()
        if int(status) >= 400 and "$ref" not in response
        for media in response["content"].values()
    }
    assert errors == {
        json.dumps({"$ref": f"#/components/schemas/{name}"}) for name in ("Error", "InvalidRequest")
    }
    assert SCHEMAS["Error"]["required"] == ["detail", "code"]


ESCAPED = r"\""


@pytest.mark.parametrize(
    "key",
    [
        *(
            "a",
            "a b",
            '"a"',
            '"a b"',
            '" a"',
            r'"a\"b\\c"',
            "a" * 255,
            f'"{"a" * 255}"',
            f'"{ESCAPED * 255}"',
        ),
        *("", '""', '"', '"a', 'a"', 'a"b', r'"a\b"', "a\x7f", "é", "a" * 256, f'"{"a" * 256}"'),
    ],
)
def test_the_document_takes_the_idempotency_keys_that_are_read(key: str) -> None:
    (schema,) = {
        json.dumps(parameter["schema"])
        for _, operation in OPERATIONS
        for parameter in operation.get("parameters", [])
        if parameter["name"] == HEADER
    }
    try:
        is_read = read_key({HEADER.lower(): key}) is not None
    except MalformedIdempotencyKey:
        is_read = False
    assert jsonschema.Draft202012Validator(json.loads(schema)).is_valid(key) == is_read
