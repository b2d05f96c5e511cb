"""What is stored stays readable one release back and forth: `make rollback` brings code back, and never data.

`stored_attributes.json` has what the models of the last release store. After a release, write it anew:
python -m tests.store.test_release_compatibility

A value that a field gets is read in one release and written in the next one: the file takes it with the first.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Mapping, Set
from dataclasses import dataclass, make_dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from pynamodb.attributes import Attribute

import shared.store
from shared.store.attributes import DocumentAttribute
from shared.store.base import Item

FILE = Path(__file__).with_name("stored_attributes.json")

OPTIONAL = "optional "

Shapes = Mapping[str, Mapping[str, str]]
"""For each kind of items, for each attribute in the table and each field of a document: its type, and whether it is
optional. Fields are named by their path: `state.participants[].team`."""

WORDS = {"title", "description", "$defs"}
"""Of a schema: they say nothing of what is stored."""

Schema = Mapping[str, Any]
"""A JSON schema, as pydantic makes it of a document."""


def shapes() -> dict[str, dict[str, str]]:
    """What the models store today."""
    for module in pkgutil.walk_packages(shared.store.__path__, "shared.store."):
        importlib.import_module(module.name)
    return {kind: _attributes(model) for kind, model in sorted(_models().items())}


def _models() -> dict[str, type[Item]]:
    found: dict[str, type[Item]] = {}
    waiting: list[type[Item]] = [Item]
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        if (kind := Item.kind.get_discriminator(model)) is not None:
            found[kind] = model
    return found


def _attributes(model: type[Item]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in sorted(model.get_attributes().values(), key=lambda each: each.attr_name):
        found |= _of_attribute(each.attr_name, each)
    return found


def _of_attribute(name: str, attribute: Attribute[Any]) -> dict[str, str]:
    """An attribute, and the fields of the document that it holds."""
    said = f"{OPTIONAL * _may_be_absent(attribute)}{attribute.attr_type} {type(attribute).__name__}"
    if not isinstance(attribute, DocumentAttribute):
        return {name: said}
    schema = attribute._adapter.json_schema()
    return {name: f"{said} {_type(schema, schema)}", **_fields(name, schema, schema)}


def _fields(path: str, schema: Schema, whole: Schema) -> dict[str, str]:
    """The fields of a document at any depth, by their paths."""
    schema = _resolved(schema, whole)
    found: dict[str, str] = {}
    for name, field in schema.get("properties", {}).items():
        optional = name not in schema.get("required", ())
        found[f"{path}.{name}"] = f"{OPTIONAL * optional}{_type(field, whole)}"
        found |= _fields(f"{path}.{name}", field, whole)
    for inner in (schema.get("items"), schema.get("additionalProperties"), *schema.get("prefixItems", ())):
        if isinstance(inner, Mapping):
            found |= _fields(f"{path}[]", inner, whole)
    for inner in schema.get("anyOf", ()):
        found |= _fields(path, inner, whole)
    return found


def _type(schema: Schema, whole: Schema) -> str:
    """A type with its values, bounds and default. The fields of objects are left out: they have lines of their own."""
    return json.dumps(_plain(schema, whole), sort_keys=True)


def _plain(part: Any, whole: Schema) -> Any:
    if isinstance(part, list):
        return [_plain(each, whole) for each in part]
    if not isinstance(part, Mapping):
        return part
    default = {"default": part["default"]} if "default" in part else {}
    part = _resolved(part, whole)
    if "properties" in part:
        return {"type": "object", **default}
    said = {name: _plain(value, whole) for name, value in part.items() if name not in WORDS}
    return {**said, **default, **({"enum": sorted(said["enum"])} if "enum" in said else {})}


def _resolved(schema: Schema, whole: Schema) -> Schema:
    reference = schema.get("$ref")
    found: Schema = whole["$defs"][reference.rpartition("/")[2]] if reference else schema
    return found


def _may_be_absent(attribute: Attribute[Any]) -> bool:
    return bool(attribute.null) or attribute.default is not None


def breaks(before: Shapes, now: Shapes) -> list[str]:
    """Where one of two releases can't read what the other one has stored."""
    found = [f"{kind} is gone: the release before goes on storing it" for kind in before if kind not in now]
    for kind in sorted(before.keys() & now.keys()):
        old, new = before[kind], now[kind]
        changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
        outermost = sorted(name for name in changed if not _is_within(name, changed))
        problems = {name: _problem(old.get(name), new.get(name)) for name in outermost}
        found += [f"{kind}.{name} {problem}" for name, problem in problems.items() if problem]
    return found


def _is_within(name: str, others: Set[str]) -> bool:
    """Whether a field belongs to another one of these, whose change says all."""
    return any(name.startswith((f"{other}.", f"{other}[")) for other in others)


def _problem(old: str | None, new: str | None) -> str | None:
    """What keeps one of two releases from reading the attribute that the other one has stored."""
    if new is None:
        gone = "is gone: the release before can't read an item without it"
        return None if old is None or old.startswith(OPTIONAL) else gone
    if old is None:
        return None if new.startswith(OPTIONAL) else "is new: items of the release before don't have it"
    if old.removeprefix(OPTIONAL) != new.removeprefix(OPTIONAL):
        return "has another type, other values or another default"
    if new.startswith(OPTIONAL):
        return "may be absent now: the release before can't read such an item"
    return "must be there now: items of the release before may lack it"


def test_this_release_and_the_one_before_read_each_others_items() -> None:
    assert breaks(json.loads(FILE.read_text()), shapes()) == []


TODAY = {"seat": {"a": "S UnicodeAttribute", "b": "optional S UnicodeAttribute"}}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"a": None}, "seat.a is gone: the release before can't read an item without it"),
        ({"a": "N IntegerAttribute"}, "seat.a has another type"),
        ({"a": "optional S UnicodeAttribute"}, "seat.a may be absent now"),
        ({"b": "S UnicodeAttribute"}, "seat.b must be there now"),
        ({"c": "S UnicodeAttribute"}, "seat.c is new"),
        ({"c": "optional S UnicodeAttribute"}, None),
        ({"b": None}, None),
    ],
)
def test_a_change_that_the_other_release_could_not_read_is_noticed(
    change: dict[str, str | None], problem: str | None
) -> None:
    now = {name: shape for name, shape in {**TODAY["seat"], **change}.items() if shape}

    found = breaks(TODAY, {"seat": now})

    assert len(found) == (problem is not None)
    assert all(line.startswith(problem or "") for line in found)


@dataclass
class Place:
    """What a document may hold."""

    x: int


PRESENT: dict[str, Any] = {
    "id": int,
    "mode": Literal["duel", "clash"],
    "size": (int, 4),
    "near": (Place | None, None),
}
"""The fields of a document by name: types, some with a default."""


def document(fields: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The shapes of a kind with one attribute, which holds a document."""
    given = [(name, *made) if isinstance(made, tuple) else (name, made) for name, made in fields.items()]
    attribute: DocumentAttribute[Any] = DocumentAttribute(make_dataclass("Document", given, kw_only=True))
    return {"seat": _of_attribute("state", attribute)}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"id": str}, "seat.state.id has another type"),
        ({"id": None}, "seat.state.id is gone"),
        ({"id": (int, 0)}, "seat.state.id has another type, other values or another default"),
        ({"name": str}, "seat.state.name is new"),
        ({"places": list[Place]}, "seat.state.places is new"),
        ({"mode": Literal["duel", "clash", "ranked"]}, "seat.state.mode has another type"),
        ({"mode": Literal["duel"]}, "seat.state.mode has another type"),
        ({"size": (int, 8)}, "seat.state.size has another type"),
        ({"size": int}, "seat.state.size has another type"),
        ({"near": (int | None, None)}, "seat.state.near has another type"),
        ({"name": (str, "")}, None),
        ({"far": (Place | None, None)}, None),
        ({"places": (list[Place] | None, None)}, None),
        ({"near": None}, None),
        ({"mode": Literal["clash", "duel"]}, None),
    ],
)
def test_a_change_within_a_document_that_the_other_release_could_not_read_is_noticed(
    change: dict[str, Any], problem: str | None
) -> None:
    now = document({name: made for name, made in {**PRESENT, **change}.items() if made is not None})

    found = breaks(document(PRESENT), now)

    assert len(found) == (problem is not None)
    assert all(line.startswith(problem or "") for line in found)


def test_documents_are_compared_to_their_innermost_fields() -> None:
    found = shapes()

    assert found["match"]["state.a.players[].score"] == 'optional {"default": 0, "type": "integer"}'
    assert found["user"]["sessions[].ends"] == '{"type": "integer"}'
    assert found["tournament"]["state.bracket.stages[][].game.id"] == '{"type": "integer"}'


def test_a_kind_that_is_gone_is_noticed_and_a_new_one_is_no_break() -> None:
    assert breaks(TODAY, {}) == ["seat is gone: the release before goes on storing it"]
    assert breaks({}, TODAY) == []


if __name__ == "__main__":
    FILE.write_text(json.dumps(shapes(), indent=1) + "\n")
