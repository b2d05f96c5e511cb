"""The committed AsyncAPI document is that of the catalogue, and its examples fit its schemas."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest

from functions.meta.get_asyncapi import _document
from shared.wire.catalogue import CATALOGUE, MATCH_FEED
from tests.support.node_packages import place_of, require_packages
from tools import asyncapi

DOCUMENT: dict[str, Any] = json.loads(asyncapi.FILE.read_text("utf-8"))
MESSAGES = DOCUMENT["components"]["messages"]


def test_the_committed_document_is_not_stale() -> None:
    assert asyncapi.FILE.read_text("utf-8") == asyncapi.text(), "run `make openapi`"


def test_each_stream_sends_every_event_of_its_catalogue() -> None:
    sent = {
        channel["address"]: {
            MESSAGES[reference["$ref"].rpartition("/")[2]]["name"]
            for reference in channel["messages"].values()
        }
        for channel in DOCUMENT["channels"].values()
    }
    assert sent == {"/sse/users/": set(CATALOGUE), "/sse/matches/": set(MATCH_FEED)}


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_a_messages_example_fits_its_payload(name: str) -> None:
    (example,) = MESSAGES[name]["examples"]
    schema = {**MESSAGES[name]["payload"], "components": DOCUMENT["components"]}
    jsonschema.Draft202012Validator(schema).validate(example["payload"])


def test_every_schema_that_it_refers_to_is_in_it() -> None:
    text = json.dumps(DOCUMENT)
    for name in {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in DOCUMENT["components"]["schemas"], name


def test_the_document_names_the_host_that_this_process_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "functions.meta.get_asyncapi.settings", lambda: SimpleNamespace(public_url="https://pong.example.com")
    )
    _document.cache_clear()
    try:
        served = json.loads(_document())
    finally:
        _document.cache_clear()
    assert served["servers"]["public"]["host"] == "pong.example.com"
    assert served["channels"] == DOCUMENT["channels"]


def test_asyncapis_own_parser_finds_the_document_valid() -> None:
    programs = Path(__file__).with_name("asyncapi_parser")
    require_packages(programs)
    said = subprocess.run(
        ["node", "validate.mjs", str(asyncapi.FILE)], cwd=place_of(programs), capture_output=True, check=True
    )
    assert json.loads(said.stdout) == {"messages": len({*CATALOGUE, *MATCH_FEED}), "problems": []}
