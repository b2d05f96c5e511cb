"""Every event that the product makes in a test fits the OpenAPI document.

A pytest plugin: it looks at each event that a kind renders. The clients of the tests give `check_received` what comes
on streams. Events that tests send as services, with data of their own, have `"probe": true` in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from pydantic import BaseModel

from shared.events import Event, EventKind
from tests.support.document import DOCUMENT, exact

SEEN = set[str]()
"""The codes of the events that this process has made."""

MAPPING = {
    code: schema
    for stream in ("Event", "MatchEvent")
    for code, schema in DOCUMENT["components"]["schemas"][stream]["discriminator"]["mapping"].items()
}


@cache
def _components() -> Any:
    return exact(DOCUMENT["components"])


@cache
def _validator(code: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for({"$ref": MAPPING[code], "components": _components()})


def check(event: Event) -> None:
    """AssertionError for an event that isn't as the document says, down to a field that it doesn't name."""
    code = event["event_code"]
    assert code in MAPPING, f"{code} isn't in the document: run `make openapi`"
    faults = [error.message for error in _validator(code).iter_errors(event)]
    assert not faults, f"{code} isn't as the document says: {faults}\n{json.dumps(event)}"
    SEEN.add(code)


def check_received(event: Event) -> None:
    """`check` an event that came on a stream, unless a test has sent it as a probe."""
    if not (isinstance(event["data"], dict) and event["data"].get("probe") is True):
        check(event)


@pytest.fixture(scope="session", autouse=True)
def _checked_events() -> Iterator[None]:
    rendered = EventKind.render

    def render(self: EventKind, data: BaseModel | None = None, kwargs: BaseModel | None = None) -> Event:
        event = rendered(self, data, kwargs)
        check(event)
        return event

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EventKind, "render", render)
        yield
