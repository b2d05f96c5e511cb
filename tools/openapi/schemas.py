"""JSON Schemas of what endpoints read and write, under the contract's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]

REFERENCE = "#/components/schemas/"


def build(types: Mapping[str, tuple[Any, Mode]]) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """Schemas of these types, and the components that they refer to.

    A component has the title of its model; by default that is the class's name. ValueError if two models have the
    same title.
    """
    found, shared = TypeAdapter.json_schemas(
        [(key, mode, TypeAdapter(type_)) for key, (type_, mode) in types.items()],
        ref_template=REFERENCE + "{model}",
        schema_generator=_Generator,
    )
    components: dict[str, Schema] = shared.get("$defs", {})
    names = {key: _name(key, schema) for key, schema in components.items()}
    for key, name in names.items():
        if list(names.values()).count(name) > 1:
            raise ValueError(f"Two models are called {name} (one of them is {key}): rename one.")
    schemas = {key: _renamed(schema, names) for (key, _), schema in found.items()}
    return schemas, {name: {**_renamed(components[key], names), "title": name} for key, name in names.items()}


class _Generator(GenerateJsonSchema):
    """Pydantic's generator, without titles of fields, and with defaults only where a reader needs them."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 (the signature is Pydantic's)
        return False

    def field_is_required(self, field: Any, total: bool) -> bool:
        """An answer has every field that no `exclude_if` leaves out."""
        if self.mode == "serialization":
            return field.get("serialization_exclude_if") is None
        return super().field_is_required(field, total)

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        found = super().model_schema(schema)
        for field in found.get("properties", {}).values():
            # Answers have no defaults. In a body, an empty text or null means that the field wasn't sent.
            if self.mode == "serialization" or field.get("default") in ("", None):
                field.pop("default", None)
        return found


def _name(key: str, schema: Schema) -> str:
    """A model's title. Of one that is read and written in different shapes, which Pydantic marks, the written one is
    called `…Answer`.
    """
    return str(schema["title"]) + ("Answer" if key.endswith("-Output") else "")


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(part, names) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        key: REFERENCE + names[part.removeprefix(REFERENCE)]
        if key == "$ref" and isinstance(part, str)
        else _renamed(part, names)
        for key, part in value.items()
    }
