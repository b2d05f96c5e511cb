"""How schemas get their names, and examples their values."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from tools.openapi.examples import Examples
from tools.openapi.schemas import build


class Person(BaseModel):
    model_config = ConfigDict(title="PersonInstance")

    name: str = Field(examples=["alice", "bob", "carol"])


class Pair(BaseModel):
    """Two people."""

    one: Person
    other: Person
    all: list[Person] = Field(min_length=2)
    side: Literal["a", "b"]
    opposite: Literal["a", "b"]
    note: int | None = Field(default=None, exclude_if=lambda value: value is None)
    """Only sometimes."""


def made(
    type_: Any, mode: Literal["validation", "serialization"] = "serialization"
) -> tuple[Any, dict[str, Any]]:
    schemas, components = build({"it": (type_, mode)})
    return schemas["it"], components


def test_a_component_has_the_title_of_its_model() -> None:
    schema, components = made(Pair)
    assert schema == {"$ref": "#/components/schemas/Pair"}
    assert set(components) == {"Pair", "PersonInstance"}
    assert components["Pair"]["properties"]["one"] == {"$ref": "#/components/schemas/PersonInstance"}


def test_two_models_cannot_have_one_name() -> None:
    class Other(BaseModel):
        model_config = ConfigDict(title="PersonInstance")

    with pytest.raises(ValueError, match="rename one"):
        build({"one": (Person, "serialization"), "other": (Other, "serialization")})


def test_parts_of_one_kind_show_different_examples() -> None:
    schema, components = made(Pair)
    found = Examples(components, whole=False).of(schema)
    assert (found["one"]["name"], found["other"]["name"]) == ("alice", "bob")
    assert [person["name"] for person in found["all"]] == ["alice", "bob"]
    assert (found["side"], found["opposite"]) == ("a", "b")


def test_an_answers_example_has_what_is_always_there_and_a_bodys_has_everything() -> None:
    schema, components = made(Pair)
    assert "note" not in Examples(components, whole=False).of(schema)
    assert "note" in Examples(components, whole=True).of(schema)


def test_a_field_without_exclusion_is_always_in_an_answer() -> None:
    class Answer(BaseModel):
        plain: int = 3
        sometimes: int | None = Field(default=None, exclude_if=lambda value: value is None)

    assert made(Answer)[1]["Answer"]["required"] == ["plain"]
    assert "required" not in made(Answer, "validation")[1]["Answer"]


def test_a_text_without_an_example_is_an_error_that_names_the_field() -> None:
    class Silent(BaseModel):
        name: str

    schema, components = made(Silent)
    with pytest.raises(ValueError, match="name: give it examples"):
        Examples(components, whole=True).of(schema)
