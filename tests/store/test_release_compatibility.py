"""What is stored stays readable one release back and forth: `make rollback` brings code back, and never data.

`stored_attributes.json` has what the models of the last release store. After a release, write it anew:
python -m tests.store.test_release_compatibility
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import shared.store
from shared.store.base import Item

FILE = Path(__file__).with_name("stored_attributes.json")

OPTIONAL = "optional "

Shapes = Mapping[str, Mapping[str, str]]
"""For each kind of items, for each attribute in the table: its type and class, and whether it is optional."""


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
    return {
        each.attr_name: f"{OPTIONAL * _may_be_absent(each)}{each.attr_type} {type(each).__name__}"
        for each in sorted(model.get_attributes().values(), key=lambda each: each.attr_name)
    }


def _may_be_absent(attribute: Any) -> bool:
    return bool(attribute.null) or attribute.default is not None


def breaks(before: Shapes, now: Shapes) -> list[str]:
    """Where one of two releases can't read what the other one has stored."""
    found = [f"{kind} is gone: the release before goes on storing it" for kind in before if kind not in now]
    for kind in sorted(before.keys() & now.keys()):
        old, new = before[kind], now[kind]
        problems = {name: _problem(old.get(name), new.get(name)) for name in sorted(old.keys() | new.keys())}
        found += [f"{kind}.{name} {problem}" for name, problem in problems.items() if problem]
    return found


def _problem(old: str | None, new: str | None) -> str | None:
    """What keeps one of two releases from reading the attribute that the other one has stored."""
    if old == new:
        return None
    if new is None:
        gone = "is gone: the release before can't read an item without it"
        return None if old is None or old.startswith(OPTIONAL) else gone
    if old is None:
        return None if new.startswith(OPTIONAL) else "is new: items of the release before don't have it"
    if old.removeprefix(OPTIONAL) != new.removeprefix(OPTIONAL):
        return "has another type"
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


def test_a_kind_that_is_gone_is_noticed_and_a_new_one_is_no_break() -> None:
    assert breaks(TODAY, {}) == ["seat is gone: the release before goes on storing it"]
    assert breaks({}, TODAY) == []


if __name__ == "__main__":
    FILE.write_text(json.dumps(shapes(), indent=1) + "\n")
